//! Which results of a message or a session make it pointless, or harmful to the
//! account, to go on with the run.

use crate::smtp::is_suspension;
use crate::vocabulary::{Cause, Outcome, StopReason};

/// The reason to stop the run after an attempt that ended like this, if any.
pub(crate) fn after_attempt(
    outcome: Outcome,
    cause: &Cause<'_>,
    stop_on_quota: bool,
) -> Option<StopReason> {
    let suspended = || cause.reply_text().is_some_and(is_suspension);
    match outcome {
        Outcome::Quota if stop_on_quota => Some(StopReason::QuotaSpent),
        Outcome::Rejected | Outcome::Auth if suspended() => Some(StopReason::AccountSuspended),
        _ => None,
    }
}

/// The reason to stop the run after a session whose set-up failed like this, if
/// any: further attempts with refused credentials could lock the account.
pub(crate) fn after_set_up(failure: Option<Outcome>) -> Option<StopReason> {
    (failure == Some(Outcome::Auth)).then_some(StopReason::CredentialsRefused)
}
