//! Checks a plan against the limits in the server's reply to EHLO, before anything
//! is sent.
//!
//! A run of which the server would accept no message is refused here. If only some
//! messages exceed a limit, the dialogue refuses each of them when it is due.

use crate::app::error::AppError;
use crate::message::MessageTemplates;
use crate::smtp::Limits;
use crate::vocabulary::ExitCode;

/// Whether the server would accept any of the messages.
pub(super) fn check(template: &MessageTemplates, limits: &Limits) -> Result<(), AppError> {
    let recipients = template.recipients().per_message() as u64;
    let refused = |key: &str, why| AppError::new(ExitCode::Usage, format!("{key}: {why}"));
    limits
        .check_size(template.smallest())
        .map_err(|why| refused("message.size", why))?;
    limits
        .check_recipients(recipients)
        .map_err(|why| refused("message.recipients", why))
}
