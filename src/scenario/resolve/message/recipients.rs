//! Whom to send to.

use std::num::NonZeroU32;

use super::header;
use crate::message::{AddressBook, People, address};
use crate::scenario::message::read_people;
use crate::scenario::source_document::Written;
use crate::scenario::{Error, raw};

/// Far above what any server takes (RFC 5321 section 4.5.3.1.8 asks for 100, SES for 50).
const RECIPIENTS: u64 = 10_000;

pub(super) fn number(number: u64, written: &Written) -> Result<NonZeroU32, Error> {
    let number = Some(number).filter(|number| *number <= RECIPIENTS);
    let number = number.and_then(|number| NonZeroU32::new(number as u32));
    number.ok_or_else(|| written.invalid("message.recipients", "must be from 1 to 10000"))
}

pub(super) fn address_book(
    message: &raw::Message,
    written: &Written,
) -> Result<AddressBook, Error> {
    if let Some(file) = &message.recipients_csv {
        let key = "message.recipients_csv";
        if written.has("message.to") {
            return Err(written.invalid(key, "give this or message.to, not both"));
        }
        let people = read_people(file).map_err(|why| written.invalid(key, why))?;
        check_headers(&people)
            .map_err(|why| written.invalid(key, format!("{}: {why}", people.file)))?;
        return Ok(AddressBook::of_people(people));
    }
    for each in &message.to {
        address::check(each).map_err(|why| written.invalid("message.to", why))?;
    }
    if message.to.is_empty() {
        return Err(written.invalid("message.to", "name at least one recipient"));
    }
    Ok(AddressBook::listed(message.to.iter().map(String::as_str)))
}

fn check_headers(people: &People) -> Result<(), String> {
    for (name, column) in people.header_columns() {
        header::check_name(name).map_err(|why| format!("line 1, column `header.{name}`: {why}"))?;
        for row in 0..people.count() {
            header::check_value(name, people.cell(row, column))
                .map_err(|why| people.at(row, column, &why))?;
        }
    }
    Ok(())
}
