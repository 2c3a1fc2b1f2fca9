//! What to send.

use std::num::NonZeroU32;

use crate::message::least_size;
use crate::scenario::address;
use crate::scenario::raw::Raw;
use crate::scenario::units::Size;
use crate::scenario::written::Written;
use crate::scenario::{Error, Message};

/// A message is held in memory once; SES takes 40 MB.
const LARGEST: u64 = 1 << 30;

/// Far above what any server takes (RFC 5321 section 4.5.3.1.8 asks for 100, SES for 50).
const RECIPIENTS: u64 = 10_000;

/// Headers every message has already, with what sesbench puts there.
const OWN_HEADERS: [&str; 9] = [
    "From",
    "To",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Bcc",
    "X-Sesbench-Run",
];

/// RFC 5322 section 2.1.1: a line has at most 998 characters. Long values are
/// folded at blanks, so it is the words that must fit.
const WORD_LENGTH: usize = 900;

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
        check_header(name, value)
            .map_err(|why| written.invalid(&format!("message.headers.{name}"), why))?;
    }
    let built = Message {
        from: message.from.clone(),
        to: message.to.clone(),
        recipients: recipients(message.recipients, written)?,
        size: message.size.0,
        headers: message.headers.clone().into_iter().collect(),
    };
    check_size(&built, written)?;
    Ok(built)
}

fn recipients(number: u64, written: &Written) -> Result<NonZeroU32, Error> {
    let number = Some(number).filter(|number| *number <= RECIPIENTS);
    let number = number.and_then(|number| NonZeroU32::new(number as u32));
    number.ok_or_else(|| written.invalid("message.recipients", "must be from 1 to 10000"))
}

fn check_size(message: &Message, written: &Written) -> Result<(), Error> {
    let least = least_size(message);
    let why = if message.size < least {
        format!(
            "{} is too small: the headers alone need {least} bytes",
            Size(message.size)
        )
    } else if message.size > LARGEST {
        format!(
            "{} is too large: at most {}",
            Size(message.size),
            Size(LARGEST)
        )
    } else {
        return Ok(());
    };
    Err(written.invalid("message.size", why))
}

fn check_header(name: &str, value: &str) -> Result<(), String> {
    // RFC 5322 section 2.2: printable ASCII without the colon.
    let fit = |c: char| c.is_ascii_graphic() && c != ':';
    if name.is_empty() || name.len() > 76 || !name.chars().all(fit) {
        return Err("is no header name: printable ASCII without blanks or colons".to_owned());
    }
    if OWN_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err("is made by sesbench itself".to_owned());
    }
    if value.chars().any(char::is_control) {
        return Err("the value holds a line end or another control character".to_owned());
    }
    if value.split(' ').any(|word| word.len() > WORD_LENGTH) {
        return Err(format!(
            "a word of the value is longer than {WORD_LENGTH} bytes"
        ));
    }
    Ok(())
}
