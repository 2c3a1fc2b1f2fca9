//! The parts of a message, and the room each takes.

use mail_builder::headers::address::Address;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::headers::{Header, HeaderType};

use super::row_headers::{RowHeaders, SUBJECT, varies};
use super::{Attachment, Content, Eml, Form, Message, Recipients, attachments, date};

/// What makes the messages of one run unlike those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Letters, digits, `-`, `_` and `.`; part of every Message-ID.
    pub run_id: String,
}

/// Digits of an index: enough for a thousand years at 100,000 a second.
pub(super) const INDEX_DIGITS: usize = 16;

const DATE: &[u8] = b"Date: ";

/// The shortest body: an empty line.
const LEAST_BODY: usize = 2;

/// The longest run id: a time of 16 characters, a name of at most 40, 4 hex
/// digits, and two hyphens between them.
const RUN_ID_LENGTH: usize = 62;

/// The least size a message with that content can have, whatever its run is
/// called; its attachments aside.
pub fn least_size(message: &Message, content: &Content) -> u64 {
    let specimen = Identity {
        run_id: "0".repeat(RUN_ID_LENGTH),
    };
    Layout::new(message, content, &specimen).least()
}

/// What attachments add to the size of a message, encoded and with what they
/// need around them.
pub fn added_size(attachments: &[Attachment]) -> u64 {
    if attachments.is_empty() {
        return 0;
    }
    let headers = mime_headers(attachments).len() - mime_headers(&[]).len();
    let before = headers + attachments::opening().len();
    (before as u64).saturating_add(attachments::closing_length(attachments))
}

/// The parts of a message that are the same for all, and the room for the rest.
pub(super) struct Layout {
    /// Headers that all messages have, but for zeros in place of the index and
    /// the epoch in place of the date. Each has its CRLF.
    pub(super) headers: Vec<u8>,
    /// Where the digits of the index stand in `headers`.
    pub(super) index_at: [usize; 2],
    /// Where the date stands in `headers`.
    pub(super) date_at: usize,
    /// Headers that depend on the recipient.
    pub(super) rows: RowHeaders,
    /// What stands between the empty line and the text.
    pub(super) opening: Vec<u8>,
    /// What the headers would be without attachments.
    plain: usize,
    /// The least and the greatest length of `To:`.
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
            // What is drawn by which seed does not matter for extremes.
            to: to_lengths(&Recipients::new(message, 0)),
        }
    }

    /// Bytes that are before the text of every message, at least.
    pub(super) fn shortest_head(&self) -> usize {
        let own = self.rows.extremes().0 + self.to.0;
        self.headers.len() + own + b"\r\n".len() + self.opening.len()
    }

    /// What is enough for every message, attachments aside.
    pub(super) fn least(&self) -> u64 {
        let head = self.plain + self.rows.extremes().1 + self.to.1 + b"\r\n".len();
        (head + LEAST_BODY) as u64
    }
}

/// Headers of a message that is made up, but for those of its body.
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

/// Headers of a message from a file, with those that it must not share with
/// any other put before them.
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

/// What no other message has.
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

/// Those that do not depend on the recipient.
fn push_extra(message: &Message, content: &Content, out: &mut Vec<u8>) {
    for (name, pattern) in &content.headers {
        if !varies(content, &message.to, name) {
            push_text(name, &pattern.render(|_| ""), out);
        }
    }
}

/// Appends a header with that value, encoded and folded as it needs to be.
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
    // The empty line goes after To, which differs from message to message.
    out.truncate(out.len() - b"\r\n".len());
    out
}

/// The date stands before any header of the user's, and only `From`, which
/// holds no line end, stands before it.
fn date_place(headers: &[u8]) -> usize {
    let at = headers
        .windows(DATE.len())
        .position(|window| window == DATE);
    at.unwrap_or_default() + DATE.len()
}

/// The index stands twice, before the run id: in Message-ID and in
/// X-Sesbench-Run, which come before any header of the user's.
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

/// `To: <a@b>`, then `,` and a line of its own for each further one.
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
    // Before each "To: <" or ",\r\n <", both of 5 bytes; after each ">"; CRLF.
    let (least, greatest) = recipients.extremes(|address| address.len() + 6);
    let end = b"\r\n".len();
    (least + end, greatest + end)
}
