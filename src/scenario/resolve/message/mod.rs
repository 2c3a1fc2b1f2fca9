//! Builds the messages of a plan.

mod content;
mod header;
mod recipients;

use crate::message::{Message, address};
use crate::scenario::Error;
use crate::scenario::keys::Values;
use crate::scenario::source_document::SourceDocument;

pub(super) fn build(values: &Values, written: &SourceDocument) -> Result<Message, Error> {
    let message = &values.message;
    address::check(&message.from).map_err(|why| written.invalid("message.from", why))?;
    let to = recipients::recipient_source(message, written)?;
    let mut built = Message {
        from: message.from.clone(),
        recipients: recipients::number(message.recipients, written)?,
        mix: content::mix(message, to.recipient_list(), written)?,
        to,
    };
    content::bound(&mut built, written)?;
    Ok(built)
}

/// The key that names the recipients.
pub(super) fn to_key(message: &Message) -> &'static str {
    match message.to.recipient_list() {
        Some(_) => "message.recipients_csv",
        None => "message.to",
    }
}
