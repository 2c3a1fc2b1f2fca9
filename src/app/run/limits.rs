//! Holds a plan against what the server declares in its reply to EHLO, before
//! anything is sent.
//!
//! A run of which no message would be taken is refused here. Where only some
//! are beyond a limit, the dialogue refuses those, each when it is due.

use crate::app::error::AppError;
use crate::message::MessageTemplates;
use crate::smtp::Limits;
use crate::vocabulary::ExitCode;

/// Whether the server would take any of the messages.
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
