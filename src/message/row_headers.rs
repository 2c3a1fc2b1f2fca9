//! Headers that differ between recipients, prepared for each row of the
//! recipients' file.

use std::sync::Arc;

use super::layout::push_text;
use super::{Content, Eml, Form, Pattern, RecipientList, RecipientSource};

/// The default `Subject:`.
pub(super) const SUBJECT: &str = "A message by sesbench";

/// Headers by row. They are made before the run, so that a worker only copies
/// bytes. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct RowHeaders {
    bytes: Arc<[u8]>,
    /// The end of each row in `bytes`; empty if no header varies.
    ends: Arc<[usize]>,
}

impl RowHeaders {
    pub(super) fn new(content: &Content, to: &RecipientSource) -> Self {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        if let Some(recipient_list) = to.recipient_list() {
            let varying = varying(content, recipient_list);
            let rows = if varying.is_empty() {
                0
            } else {
                recipient_list.count()
            };
            for row in 0..rows {
                varying
                    .iter()
                    .for_each(|each| each.push(recipient_list, row, &mut bytes));
                ends.push(bytes.len());
            }
        }
        Self {
            bytes: bytes.into(),
            ends: ends.into(),
        }
    }

    /// The headers of a row, each with its CRLF.
    pub(super) fn of(&self, row: usize) -> &[u8] {
        let Some(end) = self.ends.get(row) else {
            return &[];
        };
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..*end]
    }

    /// The minimum and maximum length.
    pub(super) fn extremes(&self) -> (usize, usize) {
        let lengths = (0..self.ends.len()).map(|row| self.of(row).len());
        let least = lengths.clone().min().unwrap_or_default();
        (least, lengths.max().unwrap_or_default())
    }
}

/// Whether that header of the content differs between recipients.
pub(super) fn varies(content: &Content, to: &RecipientSource, name: &str) -> bool {
    let column = to
        .recipient_list()
        .and_then(|recipient_list| recipient_list.header_column(name));
    column.is_some() || pattern(content, name).is_some_and(Pattern::varies)
}

/// A header that varies.
struct Varying<'a> {
    name: &'a str,
    /// The column of its values; a cell may be empty.
    column: Option<usize>,
    /// The value for an empty cell, or without a column.
    otherwise: Otherwise<'a>,
}

enum Otherwise<'a> {
    Pattern(&'a Pattern),
    /// The headers of that name in the message's file, if any.
    AsInFile(&'a Eml),
    Figure,
    Nothing,
}

impl Varying<'_> {
    fn push(&self, recipient_list: &RecipientList, row: usize, out: &mut Vec<u8>) {
        let cell = self.column.map(|column| recipient_list.cell(row, column));
        if let Some(cell) = cell.filter(|cell| !cell.is_empty()) {
            return push_text(self.name, cell, out);
        }
        match self.otherwise {
            Otherwise::Pattern(pattern) => {
                let value = pattern.render(|column| recipient_list.cell(row, column));
                push_text(self.name, &value, out);
            }
            Otherwise::AsInFile(eml) => {
                let same = eml.headers.iter().filter(|header| header.is(self.name));
                same.for_each(|header| out.extend_from_slice(header.text.as_bytes()));
            }
            Otherwise::Figure => push_text(self.name, SUBJECT, out),
            Otherwise::Nothing => {}
        }
    }
}

fn varying<'a>(content: &'a Content, recipient_list: &'a RecipientList) -> Vec<Varying<'a>> {
    let columns = recipient_list
        .header_columns()
        .map(|(name, column)| Varying {
            name,
            column: Some(column),
            otherwise: otherwise(content, name),
        });
    let patterns = content
        .headers
        .iter()
        .filter(|(name, pattern)| pattern.varies() && recipient_list.header_column(name).is_none());
    let patterns = patterns.map(|(name, pattern)| Varying {
        name,
        column: None,
        otherwise: Otherwise::Pattern(pattern),
    });
    patterns.chain(columns).collect()
}

fn otherwise<'a>(content: &'a Content, name: &str) -> Otherwise<'a> {
    if let Some(pattern) = pattern(content, name) {
        return Otherwise::Pattern(pattern);
    }
    match &content.form {
        Form::Eml { eml } => Otherwise::AsInFile(eml),
        Form::Made { .. } if name.eq_ignore_ascii_case("Subject") => Otherwise::Figure,
        Form::Made { .. } => Otherwise::Nothing,
    }
}

fn pattern<'a>(content: &'a Content, name: &str) -> Option<&'a Pattern> {
    let mut headers = content.headers.iter();
    let found = headers.find(|(each, _)| each.eq_ignore_ascii_case(name));
    found.map(|(_, pattern)| pattern)
}
