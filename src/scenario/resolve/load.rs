//! Builds the load: model, rate, length and sessions.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use super::shape;
use crate::engine::{Load, Model};
use crate::message::Message;
use crate::scenario::Error;
use crate::scenario::keys::{self, ModelWord, RateUnitWord, Values};
use crate::scenario::overrides::OPEN_ONLY;
use crate::scenario::source_document::SourceDocument;
use crate::schedule::{Length, RateUnit, Shape, segments};

/// More sessions than this need more local ports than one address has (65,535),
/// and more than a gigabyte for TLS alone.
const SESSIONS: u64 = 100_000;

/// More than the cores of any likely machine.
const WORKERS: u64 = 1_024;

pub(super) fn build(
    values: &Values,
    message: &Message,
    written: &SourceDocument,
) -> Result<Load, Error> {
    let load = &values.load;
    let model = model(load, message, written)?;
    let length = match &model {
        Model::Open {
            shape: Shape::Stages(stages),
            ..
        } => Length::Duration(segments(stages).iter().map(|each| each.length).sum()),
        _ => length(load, written)?,
    };
    Ok(Load {
        warm_up: warm_up(load, &model, length, written),
        length,
        model,
        catch_up: load.catch_up,
        stop_on_quota: load.stop_on_quota,
        drain: load.drain,
        sessions: sessions(load, written)?,
        messages_per_session: messages_per_session(load, written)?,
        staggered: false,
        connect: load.connect,
        session_rate: load.session_rate,
        workers: workers(load, written)?,
    })
}

fn model(load: &keys::Load, message: &Message, written: &SourceDocument) -> Result<Model, Error> {
    if load.model == ModelWord::Closed {
        let meaningless = OPEN_ONLY.iter().find(|key| written.has(key));
        return meaningless.map_or(Ok(Model::Closed), |key| {
            Err(written.invalid(key, no_schedule(key)))
        });
    }
    Ok(Model::Open {
        shape: shape::build(load, written)?,
        arrivals: load.arrivals,
        rate_unit: match load.rate_unit {
            RateUnitWord::Messages => RateUnit::Messages,
            RateUnitWord::Recipients => RateUnit::Recipients {
                per_message: message.recipients,
            },
        },
    })
}

/// The closed model warms up at full speed. With a number of messages it sends
/// exactly that number, unless the user sets a warm-up too.
fn warm_up(load: &keys::Load, model: &Model, length: Length, written: &SourceDocument) -> Duration {
    let counted = matches!((model, length), (Model::Closed, Length::Messages(_)));
    match counted && !written.is_asked_for("load.warm_up") {
        true => Duration::ZERO,
        false => load.warm_up,
    }
}

fn no_schedule(key: &str) -> &'static str {
    match key {
        "load.rate" => {
            "load.model = \"closed\" sends as fast as replies come; \
             remove the rate, or use load.model = \"open\""
        }
        _ => {
            "load.model = \"closed\" sends as fast as replies come; \
             remove this, or use load.model = \"open\""
        }
    }
}

fn length(load: &keys::Load, written: &SourceDocument) -> Result<Length, Error> {
    match (load.duration, load.messages) {
        (Some(time), None) if time == Duration::ZERO => {
            Err(written.invalid("load.duration", "must be above zero"))
        }
        (Some(time), None) => Ok(Length::Duration(time)),
        (None, Some(0)) => Err(written.invalid("load.messages", "must be above zero")),
        (None, Some(messages)) => Ok(Length::Messages(messages)),
        (Some(_), Some(_)) => {
            Err(written.invalid("load.messages", "set this or load.duration, not both"))
        }
        (None, None) => {
            let why = "missing; set load.duration or load.messages";
            Err(written.invalid("load.duration", why))
        }
    }
}

fn sessions(load: &keys::Load, written: &SourceDocument) -> Result<NonZeroU32, Error> {
    let sessions = Some(load.sessions).filter(|sessions| *sessions <= SESSIONS);
    let sessions = sessions.and_then(|sessions| NonZeroU32::new(sessions as u32));
    let why = "must be from 1 to 100000";
    sessions.ok_or_else(|| written.invalid("load.sessions", why))
}

fn messages_per_session(
    load: &keys::Load,
    written: &SourceDocument,
) -> Result<Option<NonZeroU32>, Error> {
    let limit = u32::try_from(load.messages_per_session);
    let why = "must be from 1 to 4294967295, or 0 for no limit";
    let limit = limit.map_err(|_| written.invalid("load.messages_per_session", why))?;
    Ok(NonZeroU32::new(limit))
}

fn workers(load: &keys::Load, written: &SourceDocument) -> Result<Option<NonZeroUsize>, Error> {
    if load.workers > WORKERS {
        let why = "must be from 1 to 1024, or 0 for as many as the load needs";
        return Err(written.invalid("load.workers", why));
    }
    Ok(NonZeroUsize::new(load.workers as usize))
}
