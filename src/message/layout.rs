//! The parts of a message and their sizes.

use mail_builder::headers::address::Address;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::headers::{Header, HeaderType};

use super::row_headers::{RowHeaders, SUBJECT, varies};
use super::{Attachment, Content, Eml, Form, Message, Recipients, attachments, date};

/// Distinguishes the messages of one run from those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Letters, digits, `-`, `_` and `.`; part of every Message-ID.
    pub run_id: String,
}

/// Digits of an index: enough for a thousand years at 100,000/s.
pub(super) const INDEX_DIGITS: usize = 16;

const DATE: &[u8] = b"Date: ";

/// The minimum body: an empty line.
const LEAST_BODY: usize = 2;

/// The longest run id: a time of 16 characters, a name of at most 40, 4 hex
/// digits, and two hyphens between them.
const RUN_ID_LENGTH: usize = 62;

/// The minimum size of a message with that content, without attachments, for the
/// longest possible run id.
pub(crate) fn least_size(message: &Message, content: &Content) -> u64 {
    let specimen = Identity {
        run_id: "0".repeat(RUN_ID_LENGTH),
    };
    Layout::new(message, content, &specimen).least()
}

/// The bytes that attachments add to a message, encoding and MIME headers
/// included.
pub(crate) fn added_size(attachments: &[Attachment]) -> u64 {
    if attachments.is_empty() {
        return 0;
    }
    let headers = mime_headers(attachments).len() - mime_headers(&[]).len();
    let before = headers + attachments::opening().len();
    (before as u64).saturating_add(attachments::closing_length(attachments))
}

/// The parts that are the same for all messages, and the space for the rest.
pub(super) struct Layout {
    /// The headers that all messages have, with zeros as the index and the epoch as
    /// the date. Each has its CRLF.
    pub(super) headers: Vec<u8>,
    /// The offsets of the index in `headers`.
    pub(super) index_at: [usize; 2],
    /// The offset of the date in `headers`.
    pub(super) date_at: usize,
    /// Headers that depend on the recipient.
    pub(super) rows: RowHeaders,
    /// The bytes between the empty line and the text.
    pub(super) opening: Vec<u8>,
    /// The length of the headers without attachments.
    plain: usize,
    /// The minimum and maximum length of `To:`.
    to: (usize, usize),
}

impl Layout {
    pub(super) fn new(message: &Message, content: &Content, identity: &Identity) -> Self {
        let mut headers = match &content.form {
            Form::Made { .. } => made(message, content, identity),
            Form::Eml { eml } => from_file(message, content, eml, identity),
        };
        let index_at = index_places(&headers, &identity.run_id);
        let date_at = date_place(&headers);
        let (mut opening, mut plain) = (Vec::new(), headers.len());
        if let Form::Made { attachments, .. } = &content.form {
            plain += mime_headers(&[]).len();
            headers.extend(mime_headers(attachments));
            if !attachments.is_empty() {
                opening = attachments::opening();
            }
        }
        Self {
            headers,
            index_at,
            date_at,
            rows: RowHeaders::new(content, &message.to),
            opening,
            plain,
            // The extremes do not depend on the seed.
            to: to_lengths(&Recipients::new(message, 0)),
        }
    }

    /// The minimum number of bytes before the text.
    pub(super) fn shortest_head(&self) -> usize {
        let own = self.rows.extremes().0 + self.to.0;
        self.headers.len() + own + b"\r\n".len() + self.opening.len()
    }

    /// The size that is enough for every message, without attachments.
    pub(super) fn least(&self) -> u64 {
        let head = self.plain + self.rows.extremes().1 + self.to.1 + b"\r\n".len();
        (head + LEAST_BODY) as u64
    }
}

/// The headers of a generated message, without the MIME headers of its body.
fn made(message: &Message, content: &Content, identity: &Identity) -> Vec<u8> {
    let mut out = Vec::new();
    push(
        "From",
        &Address::new_address(None::<&str>, message.from.as_str()).into(),
        &mut out,
    );
    push_own(message, identity, &mut out);
    if !has(content, "Subject") && !varies(content, &message.to, "Subject") {
        push_text("Subject", SUBJECT, &mut out);
    }
    push_extra(message, content, &mut out);
    out.extend_from_slice(b"MIME-Version: 1.0\r\n");
    out
}

/// The headers of a message from a file, after those that are unique to each
/// message.
fn from_file(message: &Message, content: &Content, eml: &Eml, identity: &Identity) -> Vec<u8> {
    let mut out = Vec::new();
    push_own(message, identity, &mut out);
    for header in &eml.headers {
        let replaced = has(content, &header.name) || varies(content, &message.to, &header.name);
        if !replaced {
            out.extend_from_slice(header.text.as_bytes());
        }
    }
    push_extra(message, content, &mut out);
    out
}

/// Appends the headers that are unique to each message.
fn push_own(message: &Message, identity: &Identity, out: &mut Vec<u8>) {
    let index = "0".repeat(INDEX_DIGITS);
    let run_id = &identity.run_id;
    let domain = message.from.rsplit('@').next().unwrap_or_default();
    let id = MessageId::new(format!("{index}.{run_id}.sesbench@{domain}"));
    out.extend_from_slice(DATE);
    out.extend_from_slice(date::EPOCH);
    out.extend_from_slice(b"\r\n");
    push("Message-ID", &id.into(), out);
    push(
        "X-Sesbench-Run",
        &Raw::new(format!("{index}.{run_id}")).into(),
        out,
    );
}

/// Appends the extra headers that do not depend on the recipient.
fn push_extra(message: &Message, content: &Content, out: &mut Vec<u8>) {
    for (name, pattern) in &content.headers {
        if !varies(content, &message.to, name) {
            push_text(name, &pattern.render(|_| ""), out);
        }
    }
}

/// Appends a header, encoded and folded as needed.
pub(super) fn push_text(name: &str, value: &str, out: &mut Vec<u8>) {
    push(name, &Text::new(value).into(), out);
}

fn push(name: &str, value: &HeaderType<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    value.write_header(out, name.len() + b": ".len());
}

fn has(content: &Content, name: &str) -> bool {
    let mut names = content.headers.iter().map(|(name, _)| name);
    names.any(|each| each.eq_ignore_ascii_case(name))
}

fn mime_headers(attachments: &[Attachment]) -> Vec<u8> {
    let mut out = Vec::new();
    let body = match attachments.is_empty() {
        true => attachments::text(),
        false => attachments::multipart(),
    };
    body.write_part(&mut out);
    // The empty line follows To, which differs between messages.
    out.truncate(out.len() - b"\r\n".len());
    out
}

/// The offset of the date. The search finds the right one: the date comes before
/// any header of the user's, and only `From`, which has no line end, precedes it.
fn date_place(headers: &[u8]) -> usize {
    let at = headers
        .windows(DATE.len())
        .position(|window| window == DATE);
    at.unwrap_or_default() + DATE.len()
}

/// The offsets of the index. It occurs twice, before the run id: in Message-ID and
/// in X-Sesbench-Run, which come before any header of the user's.
fn index_places(headers: &[u8], run_id: &str) -> [usize; 2] {
    let placeholder = format!("{}.{run_id}", "0".repeat(INDEX_DIGITS));
    let mut places = headers
        .windows(placeholder.len())
        .enumerate()
        .filter(|(_, window)| *window == placeholder.as_bytes())
        .map(|(at, _)| at);
    let first = places.next().unwrap_or_default();
    let second = places.next().unwrap_or(first);
    [first, second]
}

/// Writes `To: <a@b>`, with a folded line for each further recipient.
pub(super) fn write_to<'a>(recipients: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    let mut before: &[u8] = b"To: <";
    for recipient in recipients {
        out.extend_from_slice(before);
        out.extend_from_slice(recipient.as_bytes());
        out.push(b'>');
        before = b",\r\n <";
    }
    out.extend_from_slice(b"\r\n");
}

fn to_lengths(recipients: &Recipients) -> (usize, usize) {
    // "To: <" or ",\r\n <" before each, both 5 bytes; ">" after each; then CRLF.
    let (least, greatest) = recipients.extremes(|address| address.len() + 6);
    let end = b"\r\n".len();
    (least + end, greatest + end)
}
