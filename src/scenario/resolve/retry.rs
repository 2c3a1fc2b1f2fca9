//! What becomes of a message that the server did not want yet.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::dispatch::Retry;
use crate::scenario::Error;
use crate::scenario::raw::{RawScenario, RetryPolicy};
use crate::scenario::source_document::SourceDocument;

/// More would try for ever.
const ATTEMPTS: u64 = 1_000;

/// Keys that say how to back off.
const HOW: [&str; 4] = ["retry.base", "retry.factor", "retry.cap", "retry.attempts"];

pub(super) fn build(raw: &RawScenario, written: &SourceDocument) -> Result<Option<Retry>, Error> {
    let retry = &raw.retry;
    if retry.policy == RetryPolicy::None {
        return match HOW.iter().find(|key| written.has(key)) {
            Some(key) => {
                let why = "means nothing without retry.policy = \"exponential\"; add that";
                Err(written.invalid(key, why))
            }
            None => Ok(None),
        };
    }
    if retry.base.0 == Duration::ZERO {
        return Err(written.invalid("retry.base", "must be above zero"));
    }
    if retry.cap.0 < retry.base.0 {
        return Err(match written.has("retry.cap") {
            true => written.invalid("retry.cap", "must not be below retry.base"),
            false => {
                let why = "is above retry.cap, which is 30s where it is not given; raise that, too";
                written.invalid("retry.base", why)
            }
        });
    }
    if !(1.0..=100.0).contains(&retry.factor) {
        return Err(written.invalid("retry.factor", "must be from 1 to 100"));
    }
    Ok(Some(Retry {
        base: retry.base.0,
        factor: retry.factor,
        cap: retry.cap.0,
        attempts: attempts(retry.attempts, written)?,
    }))
}

fn attempts(number: u64, written: &SourceDocument) -> Result<NonZeroU32, Error> {
    let number = Some(number).filter(|number| (2..=ATTEMPTS).contains(number));
    let number = number.and_then(|number| NonZeroU32::new(number as u32));
    number.ok_or_else(|| written.invalid("retry.attempts", "must be from 2 to 1000"))
}
