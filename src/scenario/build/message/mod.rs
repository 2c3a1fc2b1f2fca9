//! What to send.

mod content;
mod header;

use std::num::NonZeroU32;

use crate::scenario::address;
use crate::scenario::raw::Raw;
use crate::scenario::written::Written;
use crate::scenario::{Error, Message};

/// Far above what any server takes (RFC 5321 section 4.5.3.1.8 asks for 100, SES for 50).
const RECIPIENTS: u64 = 10_000;

pub(super) fn build(raw: &Raw, written: &Written) -> Result<Message, Error> {
    let message = &raw.message;
    address::check(&message.from).map_err(|why| written.invalid("message.from", why))?;
    for each in &message.to {
        address::check(each).map_err(|why| written.invalid("message.to", why))?;
    }
    if message.to.is_empty() {
        return Err(written.invalid("message.to", "name at least one recipient"));
    }
    let mut built = Message {
        from: message.from.clone(),
        to: message.to.clone(),
        recipients: recipients(message.recipients, written)?,
        mix: content::mix(message, written)?,
    };
    content::bound(&mut built, written)?;
    Ok(built)
}

fn recipients(number: u64, written: &Written) -> Result<NonZeroU32, Error> {
    let number = Some(number).filter(|number| *number <= RECIPIENTS);
    let number = number.and_then(|number| NonZeroU32::new(number as u32));
    number.ok_or_else(|| written.invalid("message.recipients", "must be from 1 to 10000"))
}
