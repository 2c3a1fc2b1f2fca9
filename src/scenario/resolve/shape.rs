//! Builds the shape of an open load: a rate, or stages.

use std::time::Duration;

use crate::engine::{Load, Model};
use crate::scenario::source_document::SourceDocument;
use crate::scenario::{Error, keys};
use crate::schedule::{Level, Segment, Shape, Stage, segments};

/// Events per second; far above what one machine sends. Up to it, a year of any
/// rate is counted without rounding.
const FASTEST: f64 = 10e6;

/// The maximum length of all stages.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

pub(super) fn build(load: &keys::Load, written: &SourceDocument) -> Result<Shape, Error> {
    match (load.rate, &load.stages) {
        (Some(rate), None) => {
            let why = slow_enough(rate.into());
            why.map_err(|why| written.invalid("load.rate", why))?;
            Ok(Shape::Rate(rate))
        }
        (None, Some(stages)) => {
            alone(load, written)?;
            let why = check(stages);
            why.map_err(|why| written.invalid("load.stages", why))?;
            Ok(Shape::Stages(stages.clone()))
        }
        (Some(_), Some(_)) => {
            let why = "load.stages contain the rates; remove this, \
                       and start them with { to = \"50/s\" }";
            Err(written.invalid("load.rate", why))
        }
        (None, None) => {
            let why = "missing; load.model = \"open\" needs one, such as \"50/s\"";
            Err(written.invalid("load.rate", why))
        }
    }
}

/// Refuses a length beside stages, which have their own.
fn alone(load: &keys::Load, written: &SourceDocument) -> Result<(), Error> {
    let given = [
        ("load.duration", load.duration.is_some()),
        ("load.messages", load.messages.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((key, _)) => Err(written.invalid(key, "load.stages contain the lengths; remove this")),
        None => Ok(()),
    }
}

fn check(stages: &[Stage]) -> Result<(), String> {
    let segments = segments(stages);
    for segment in &segments {
        slow_enough(segment.from)?;
        slow_enough(segment.to)?;
    }
    let lengths = segments.iter().map(|segment| segment.length);
    let whole = lengths.fold(Duration::ZERO, Duration::saturating_add);
    if whole.is_zero() {
        return Err(
            "the stages take no time: hold the rate, such as { hold = \"30s\" }".to_owned(),
        );
    }
    if whole > LONGEST {
        return Err("the stages last more than 366 days".to_owned());
    }
    if !segments.iter().any(is_anything_sent) {
        let why = "no message is ever sent: stages start at 0/s; begin with { to = \"50/s\" }";
        return Err(why.to_owned());
    }
    Ok(())
}

fn is_anything_sent(segment: &Segment) -> bool {
    let rates = [segment.from, segment.to];
    !segment.length.is_zero() && rates.iter().any(|rate| *rate != Level::NOTHING)
}

/// Refuses a schedule by which no message would be measured: the run would have
/// no result.
pub(super) fn check_window(load: &Load, seed: u64, written: &SourceDocument) -> Result<(), Error> {
    let Some(schedule) = load.schedule(seed) else {
        return Ok(());
    };
    if schedule.has_any_after(load.warm_up) {
        return Ok(());
    }
    let measured = schedule.end().saturating_sub(load.warm_up);
    let time = humantime::format_duration(measured);
    let before = match load.warm_up.is_zero() {
        true => String::new(),
        false => " after the warm-up".to_owned(),
    };
    let (key, advice) = match &load.model {
        Model::Open {
            shape: Shape::Rate(rate),
            ..
        } => (
            "load.rate",
            format!("{rate} is so slow that no message is due in the {time}{before}"),
        ),
        _ => (
            "load.stages",
            format!("the stages are so slow that no message is due in their {time}{before}"),
        ),
    };
    let why = format!(
        "{advice}: nothing would be measured; use a higher rate, more time, or a number of \
         messages (load.messages)"
    );
    Err(written.invalid(key, why))
}

fn slow_enough(level: Level) -> Result<(), String> {
    if level.hertz() > FASTEST {
        return Err(format!("{level} is too fast: at most 10000000/s"));
    }
    Ok(())
}
