//! What to send.

mod header;

use std::num::NonZeroU32;

use crate::message::least_size;
use crate::scenario::address;
use crate::scenario::raw::Raw;
use crate::scenario::units::Size;
use crate::scenario::written::Written;
use crate::scenario::{Content, Error, Message};

/// A message is held in memory once; SES takes 40 MB.
const LARGEST: u64 = 1 << 30;

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
    for (name, value) in &message.headers {
        header::check_name(name)
            .and_then(|()| header::check_value(value))
            .map_err(|why| written.invalid(&format!("message.headers.{name}"), why))?;
    }
    let mut built = Message {
        from: message.from.clone(),
        to: message.to.clone(),
        recipients: recipients(message.recipients, written)?,
        content: Content {
            size: message.size.0.clone(),
            headers: message.headers.clone().into_iter().collect(),
        },
    };
    let least = least_size(&built);
    built.content.size.begin_at(least);
    check_sizes(&built.content, least).map_err(|why| written.invalid("message.size", why))?;
    Ok(built)
}

fn recipients(number: u64, written: &Written) -> Result<NonZeroU32, Error> {
    let number = Some(number).filter(|number| *number <= RECIPIENTS);
    let number = number.and_then(|number| NonZeroU32::new(number as u32));
    number.ok_or_else(|| written.invalid("message.recipients", "must be from 1 to 10000"))
}

fn check_sizes(content: &Content, least: u64) -> Result<(), String> {
    let (smallest, largest) = (content.size.least(), content.size.most());
    if smallest < least {
        let size = Size(smallest);
        return Err(format!(
            "{size} is too small: the headers alone need {least} bytes"
        ));
    }
    if largest > LARGEST {
        let (size, limit) = (Size(largest), Size(LARGEST));
        return Err(format!("{size} is too large: at most {limit}"));
    }
    Ok(())
}
