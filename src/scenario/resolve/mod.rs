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

use super::keys::{MechanismWord, Values, timeout_path};
use super::source_document::SourceDocument;
use super::{Error, Override, Plan, Source, account, recipient_guard};
use crate::ses::AccountSnapshot;
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
    read_for_account(source, overrides, None, environment)
}

/// Like [`read`], with the state of the SES account, if the user gave it.
pub(crate) fn read_for_account(
    source: &Source,
    overrides: &[Override],
    snapshot: Option<AccountSnapshot>,
    environment: Environment<'_>,
) -> Result<Plan, Error> {
    let mut written = SourceDocument::read(source, overrides)?;
    if let Some(snapshot) = &snapshot {
        account::apply(snapshot, &mut written)?;
    }
    let values = Values::read(&written)?;
    let target = target::build(&values, &written)?;
    let message = message::build(&values, &written)?;
    recipient_guard::check(
        &target,
        message.to.iter(),
        &values.general.allow_recipient_domains,
    )
    .map_err(|disallowed| written.invalid(message::to_key(&message), disallowed))?;
    let auth = auth::build(&values, &target, &written, environment)?;
    let load = load::build(&values, &message, &written)?;
    shape::check_window(&load, values.general.seed, &written)?;
    ceilings::check(&target.ceilings, &load, &message, &written)?;
    let thresholds = thresholds::build(&values, &load, &written)?;
    Ok(Plan {
        name: name(&values, source, &written)?,
        seed: values.general.seed,
        log_in_declined: values.auth.mechanism == MechanismWord::None,
        auth,
        load,
        retry: retry::build(&values, &written)?,
        thresholds,
        timeouts: timeouts(&written)?,
        allow_recipient_domains: values.general.allow_recipient_domains,
        target,
        message,
        shard: None,
        account: snapshot,
    })
}

/// The longest name. The name of the run folder adds a date and more, and file
/// systems allow 255 bytes.
const NAME_LENGTH: usize = 64;

fn name(values: &Values, source: &Source, written: &SourceDocument) -> Result<String, Error> {
    let Some(name) = &values.general.name else {
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

fn timeouts(written: &SourceDocument) -> Result<Timeouts, Error> {
    let mut timeouts = Timeouts::default();
    for phase in Phase::ALL {
        let key = timeout_path(*phase);
        let time: Duration = written.value(&key)?;
        if time == Duration::ZERO {
            return Err(written.invalid(&key, "must be above zero"));
        }
        timeouts.set(*phase, time);
    }
    Ok(timeouts)
}
