//! The parts of a message, and the room each takes.

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

use super::Recipients;
use crate::scenario::Message;

/// What makes the messages of one run unlike those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Letters, digits, `-`, `_` and `.`; part of every Message-ID.
    pub run_id: String,
    /// What `Date:` says, in seconds since the Unix epoch.
    pub date: i64,
}

/// Digits of an index: enough for a thousand years at 100,000 a second.
pub(super) const INDEX_DIGITS: usize = 16;

/// The shortest body: an empty line.
const LEAST_BODY: usize = 2;

/// The longest run id: a time of 16 characters, a name of at most 40, 4 hex
/// digits, and two hyphens between them.
const RUN_ID_LENGTH: usize = 62;

/// Thu, 31 Dec 2026: a day of two digits.
const SPECIMEN_DATE: i64 = 1_798_675_200;

/// The least size a message can have, whatever its run is called.
pub fn least_size(message: &Message) -> u64 {
    let identity = Identity {
        run_id: "0".repeat(RUN_ID_LENGTH),
        date: SPECIMEN_DATE,
    };
    Layout::new(message, &identity).least()
}

/// The parts of a message that are the same for all, and the room for the rest.
pub(super) struct Layout {
    /// All headers but `To:`, each with its CRLF, with zeros for the index.
    pub(super) headers: Vec<u8>,
    /// Where the digits of the index stand in `headers`.
    pub(super) index_at: [usize; 2],
    /// The least and the greatest length of `To:`.
    to: (usize, usize),
}

impl Layout {
    pub(super) fn new(message: &Message, identity: &Identity) -> Self {
        let headers = headers(message, identity);
        let index_at = index_places(&headers, &identity.run_id);
        Self {
            headers,
            index_at,
            to: to_lengths(&Recipients::new(message)),
        }
    }

    /// Bytes before the body of the message with the shortest `To:`.
    pub(super) fn shortest_head(&self) -> usize {
        self.headers.len() + self.to.0 + b"\r\n".len()
    }

    /// What the message with the longest `To:` needs.
    pub(super) fn least(&self) -> u64 {
        let head = self.headers.len() + self.to.1 + b"\r\n".len();
        (head + LEAST_BODY) as u64
    }
}

fn headers(message: &Message, identity: &Identity) -> Vec<u8> {
    let index = "0".repeat(INDEX_DIGITS);
    let run_id = &identity.run_id;
    let domain = message.from.rsplit('@').next().unwrap_or_default();
    let mut builder = MessageBuilder::new()
        .from(Address::new_address(None::<&str>, message.from.as_str()))
        .date(Date::new(identity.date))
        .message_id(MessageId::new(format!(
            "{index}.{run_id}.sesbench@{domain}"
        )))
        .header("X-Sesbench-Run", Raw::new(format!("{index}.{run_id}")));
    if !message
        .content
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("Subject"))
    {
        builder = builder.subject("A message by sesbench");
    }
    for (name, value) in &message.content.headers {
        builder = builder.header(name.as_str(), Text::new(value.as_str()));
    }
    // The encoding is named so that the library leaves the body to us.
    let body = MimePart::new("text/plain", "").transfer_encoding("7bit");
    let mut headers = Vec::new();
    builder.body(body).serialize(&mut headers);
    // The empty line goes after To, which differs from message to message.
    headers.truncate(headers.len() - b"\r\n".len());
    headers
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
