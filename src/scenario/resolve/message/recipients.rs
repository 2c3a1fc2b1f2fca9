//! Builds the recipients: a list, or a file.

use std::num::NonZeroU32;

use super::header;
use crate::message::{RecipientList, RecipientSource, address};
use crate::scenario::message::read_recipient_list;
use crate::scenario::source_document::SourceDocument;
use crate::scenario::{Error, keys};

/// Far above what any server accepts (RFC 5321 section 4.5.3.1.8 asks for 100, SES for 50).
const RECIPIENTS: u64 = 10_000;

pub(super) fn number(number: u64, written: &SourceDocument) -> Result<NonZeroU32, Error> {
    let number = Some(number).filter(|number| *number <= RECIPIENTS);
    let number = number.and_then(|number| NonZeroU32::new(number as u32));
    number.ok_or_else(|| written.invalid("message.recipients", "must be from 1 to 10000"))
}

pub(super) fn recipient_source(
    message: &keys::Message,
    written: &SourceDocument,
) -> Result<RecipientSource, Error> {
    if let Some(file) = &message.recipients_csv {
        let key = "message.recipients_csv";
        if written.has("message.to") {
            return Err(written.invalid(key, "set this or message.to, not both"));
        }
        let recipient_list = read_recipient_list(file).map_err(|why| written.invalid(key, why))?;
        check_headers(&recipient_list)
            .map_err(|why| written.invalid(key, format!("{}: {why}", recipient_list.file)))?;
        return Ok(RecipientSource::of_people(recipient_list));
    }
    for each in &message.to {
        address::check(each).map_err(|why| written.invalid("message.to", why))?;
    }
    if message.to.is_empty() {
        return Err(written.invalid("message.to", "expected at least one recipient"));
    }
    Ok(RecipientSource::listed(
        message.to.iter().map(String::as_str),
    ))
}

fn check_headers(recipient_list: &RecipientList) -> Result<(), String> {
    for (name, column) in recipient_list.header_columns() {
        header::check_name(name).map_err(|why| format!("line 1, column `header.{name}`: {why}"))?;
        for row in 0..recipient_list.count() {
            header::check_value(name, recipient_list.cell(row, column))
                .map_err(|why| recipient_list.at(row, column, &why))?;
        }
    }
    Ok(())
}
