//! Builds a plan from a scenario: every check of a value against its range and
//! against other keys happens here, once. Code below relies on it.

mod auth;
mod ceilings;
mod host;
mod load;
mod message;
mod retry;
mod ses;
mod shape;
mod target;
#[cfg(test)]
mod tests;
mod thresholds;

use std::time::Duration;

pub(super) use target::TLS_ONLY;

use sesbench_mock::settings::plain;

use super::raw::RawScenario;
use super::source_document::SourceDocument;
use super::{Error, Override, Plan, Source, raw, recipient_guard};
use crate::smtp::Timeouts;
use crate::vocabulary::Phase;

/// Looks up an environment variable.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads a scenario, applies `overrides` in order, and builds the plan.
pub fn read(
    source: &Source,
    overrides: &[Override],
    environment: Environment<'_>,
) -> Result<Plan, Error> {
    let written = SourceDocument::read(source, overrides)?;
    let raw = raw(&written)?;
    let target = target::build(&raw, &written)?;
    let message = message::build(&raw, &written)?;
    recipient_guard::check(&target, message.to.iter(), &raw.allow_recipient_domains)
        .map_err(|disallowed| written.invalid(message::to_key(&message), disallowed))?;
    let auth = auth::build(&raw, &target, &written, environment)?;
    let load = load::build(&raw, &message, &written)?;
    shape::check_window(&load, raw.seed, &written)?;
    ceilings::check(&target.ceilings, &load, &message, &written)?;
    Ok(Plan {
        name: name(&raw, source, &written)?,
        seed: raw.seed,
        log_in_declined: raw.auth.mechanism == raw::Mechanism::None,
        auth,
        load,
        retry: retry::build(&raw, &written)?,
        thresholds: thresholds::build(&raw, &written)?,
        timeouts: timeouts(&raw, &written)?,
        allow_recipient_domains: raw.allow_recipient_domains,
        target,
        message,
        shard: None,
    })
}

/// Types are checked key by key before. serde still finds keys in an unusual
/// form, such as `"load.rate" = ...` at the top.
fn raw(written: &SourceDocument) -> Result<RawScenario, Error> {
    let table = written.with_defaults();
    let raw = table.try_into();
    raw.map_err(|error: toml::de::Error| written.invalid("scenario", plain(error.message())))
}

/// The longest name. The name of the run folder adds a date and more, and file
/// systems allow 255 bytes.
const NAME_LENGTH: usize = 64;

fn name(raw: &RawScenario, source: &Source, written: &SourceDocument) -> Result<String, Error> {
    let Some(name) = &raw.name else {
        return Ok(source.name().chars().take(NAME_LENGTH).collect());
    };
    let fit = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > NAME_LENGTH || !name.chars().all(fit) {
        let why = format!(
            "invalid name {name:?}: expected 1 to {NAME_LENGTH} letters, digits, `-`, `_`, `.`"
        );
        return Err(written.invalid("name", why));
    }
    Ok(name.clone())
}

fn timeouts(raw: &RawScenario, written: &SourceDocument) -> Result<Timeouts, Error> {
    let mut timeouts = Timeouts::default();
    for phase in Phase::ALL {
        let Some(time) = raw.timeouts.get(phase.name()) else {
            continue;
        };
        if time.0 == Duration::ZERO {
            let key = format!("timeouts.{}", phase.name());
            return Err(written.invalid(&key, "must be above zero"));
        }
        timeouts.set(*phase, time.0);
    }
    Ok(timeouts)
}
