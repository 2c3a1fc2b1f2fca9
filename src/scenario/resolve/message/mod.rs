//! What to send.

mod content;
mod header;
mod recipients;

use crate::message::{Message, address};
use crate::scenario::Error;
use crate::scenario::raw::Raw;
use crate::scenario::source_document::Written;

pub(super) fn build(raw: &Raw, written: &Written) -> Result<Message, Error> {
    let message = &raw.message;
    address::check(&message.from).map_err(|why| written.invalid("message.from", why))?;
    let to = recipients::address_book(message, written)?;
    let mut built = Message {
        from: message.from.clone(),
        recipients: recipients::number(message.recipients, written)?,
        mix: content::mix(message, to.people(), written)?,
        to,
    };
    content::bound(&mut built, written)?;
    Ok(built)
}

/// Where the recipients are written.
pub(super) fn to_key(message: &Message) -> &'static str {
    match message.to.people() {
        Some(_) => "message.recipients_csv",
        None => "message.to",
    }
}
