//! How much, how fast, over how many sessions.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use crate::scenario::raw::{self, Raw};
use crate::scenario::written::Written;
use crate::scenario::{Error, Length, Load, Model};

/// More than this needs more local ports than one address has (65,535), and
/// more than a gigabyte for TLS alone.
const SESSIONS: u64 = 100_000;

/// More threads than any machine this is likely to run on has cores.
const WORKERS: u64 = 1_024;

pub(super) fn build(raw: &Raw, written: &Written) -> Result<Load, Error> {
    let load = &raw.load;
    Ok(Load {
        model: model(load, written)?,
        length: length(load, written)?,
        warm_up: load.warm_up.0,
        drain: load.drain.0,
        sessions: sessions(load, written)?,
        messages_per_session: messages_per_session(load, written)?,
        connect: load.connect,
        session_rate: load.session_rate,
        workers: workers(load, written)?,
    })
}

fn model(load: &raw::Load, written: &Written) -> Result<Model, Error> {
    match (load.model, load.rate) {
        (raw::Model::Open, Some(rate)) => Ok(Model::Open { rate }),
        (raw::Model::Open, None) => {
            let why = "missing; load.model = \"open\" needs one, such as \"50/s\"";
            Err(written.invalid("load.rate", why))
        }
        (raw::Model::Closed, None) => Ok(Model::Closed),
        (raw::Model::Closed, Some(_)) => {
            let why = "load.model = \"closed\" sends as fast as replies come; \
                remove the rate, or use load.model = \"open\"";
            Err(written.invalid("load.rate", why))
        }
    }
}

fn length(load: &raw::Load, written: &Written) -> Result<Length, Error> {
    match (load.duration, load.messages) {
        (Some(time), None) if time.0 == Duration::ZERO => {
            Err(written.invalid("load.duration", "must be above zero"))
        }
        (Some(time), None) => Ok(Length::Duration(time.0)),
        (None, Some(0)) => Err(written.invalid("load.messages", "must be above zero")),
        (None, Some(messages)) => Ok(Length::Messages(messages)),
        (Some(_), Some(_)) => {
            Err(written.invalid("load.messages", "give this or load.duration, not both"))
        }
        (None, None) => {
            let why = "missing; say how long with load.duration or load.messages";
            Err(written.invalid("load.duration", why))
        }
    }
}

fn sessions(load: &raw::Load, written: &Written) -> Result<NonZeroU32, Error> {
    let sessions = Some(load.sessions).filter(|sessions| *sessions <= SESSIONS);
    let sessions = sessions.and_then(|sessions| NonZeroU32::new(sessions as u32));
    let why = "must be from 1 to 100000";
    sessions.ok_or_else(|| written.invalid("load.sessions", why))
}

fn messages_per_session(load: &raw::Load, written: &Written) -> Result<Option<NonZeroU32>, Error> {
    let limit = u32::try_from(load.messages_per_session);
    let why = "must be from 1 to 4294967295, or 0 for no limit";
    let limit = limit.map_err(|_| written.invalid("load.messages_per_session", why))?;
    Ok(NonZeroU32::new(limit))
}

fn workers(load: &raw::Load, written: &Written) -> Result<Option<NonZeroUsize>, Error> {
    if load.workers > WORKERS {
        let why = "must be from 1 to 1024, or 0 for one per core";
        return Err(written.invalid("load.workers", why));
    }
    Ok(NonZeroUsize::new(load.workers as usize))
}
