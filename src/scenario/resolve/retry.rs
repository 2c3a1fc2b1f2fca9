//! Builds the retry policy for messages that are throttled or deferred.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::dispatch::Retry;
use crate::scenario::Error;
use crate::scenario::keys::{RetryPolicyWord, Values};
use crate::scenario::source_document::SourceDocument;

/// More attempts than this would not end in the time of a run.
const ATTEMPTS: u64 = 1_000;

/// The keys of the back-off.
const HOW: [&str; 4] = ["retry.base", "retry.factor", "retry.cap", "retry.attempts"];

pub(super) fn build(values: &Values, written: &SourceDocument) -> Result<Option<Retry>, Error> {
    let retry = &values.retry;
    if retry.policy == RetryPolicyWord::None {
        return match HOW.iter().find(|key| written.has(key)) {
            Some(key) => {
                let why = "has no effect without retry.policy = \"exponential\"; add that";
                Err(written.invalid(key, why))
            }
            None => Ok(None),
        };
    }
    if retry.base == Duration::ZERO {
        return Err(written.invalid("retry.base", "must be above zero"));
    }
    if retry.cap < retry.base {
        return Err(match written.has("retry.cap") {
            true => written.invalid("retry.cap", "must not be below retry.base"),
            false => {
                let why = "must not be above retry.cap, which defaults to 30s; raise that too";
                written.invalid("retry.base", why)
            }
        });
    }
    if !(1.0..=100.0).contains(&retry.factor) {
        return Err(written.invalid("retry.factor", "must be from 1 to 100"));
    }
    Ok(Some(Retry {
        base: retry.base,
        factor: retry.factor,
        cap: retry.cap,
        attempts: attempts(retry.attempts, written)?,
    }))
}

fn attempts(number: u64, written: &SourceDocument) -> Result<NonZeroU32, Error> {
    let number = Some(number).filter(|number| (2..=ATTEMPTS).contains(number));
    let number = number.and_then(|number| NonZeroU32::new(number as u32));
    number.ok_or_else(|| written.invalid("retry.attempts", "must be from 2 to 1000"))
}
