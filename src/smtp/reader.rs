//! Reads replies from bytes that arrive in pieces of any size, within bounds.

use super::reply::{MAX_LINES, Reply};
use crate::vocabulary::{DialogueFailure, Failure};

/// Longest reply line accepted, including its end. RFC 5321 section 4.5.3.1.5
/// allows 512; SES exceeds that when it lists up to 50 identities that are not
/// verified, each of up to 320 bytes.
const MAX_LINE: usize = 20_000;
/// Initial size of a session's buffer: more than any usual reply.
const FIRST_CAPACITY: usize = 1_024;
/// Minimum space offered to a read.
const LEAST_SPACE: usize = 256;

/// Why the received bytes are not a valid reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReply {
    /// A line does not open with a reply code.
    #[error("not an SMTP reply: `{0}`")]
    NoCode(String),
    /// The lines of a reply carry different codes (RFC 5321 section 4.2.1).
    #[error("the lines of a reply carry the codes {first} and {later}")]
    CodesDiffer {
        /// Code of its first line.
        first: u16,
        /// Code of a later one.
        later: u16,
    },
    /// A line is too long.
    #[error("a reply line longer than {MAX_LINE} bytes")]
    LongLine,
    /// A reply has too many lines.
    #[error("a reply of more than {MAX_LINES} lines")]
    ManyLines,
}

impl InvalidReply {
    /// The failure that it is.
    pub(super) const fn failure(&self) -> Failure {
        Failure::Dialogue(match self {
            Self::NoCode(_) => DialogueFailure::NotAReply,
            Self::CodesDiffer { .. } => DialogueFailure::CodesDiffer,
            Self::LongLine => DialogueFailure::ReplyLineTooLong,
            Self::ManyLines => DialogueFailure::ReplyTooManyLines,
        })
    }
}

/// Turns bytes into replies.
///
/// It owns the only buffer between the socket and the reply: the driver reads
/// into [`ReplyReader::space`].
#[derive(Debug, Default)]
pub struct ReplyReader {
    buffer: Vec<u8>,
    /// Received bytes in `buffer`: `start..filled`.
    start: usize,
    filled: usize,
    /// How far the search for the end of the line has progressed.
    scanned: usize,
    under_way: Reply,
}

impl ReplyReader {
    /// The buffer for the next bytes; never empty.
    pub fn space(&mut self) -> &mut [u8] {
        if self.start == self.filled {
            self.start = 0;
            self.filled = 0;
            self.scanned = 0;
        } else if self.start > 0 && self.buffer.len() - self.filled < LEAST_SPACE {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.scanned -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.filled < LEAST_SPACE {
            let more = self.buffer.len().max(FIRST_CAPACITY);
            self.buffer.resize(self.buffer.len() + more, 0);
        }
        &mut self.buffer[self.filled..]
    }

    /// Records that the first `count` bytes of the space were filled.
    pub fn filled(&mut self, count: usize) {
        self.filled += count;
    }

    /// Whether no received bytes are left over.
    pub fn is_empty(&self) -> bool {
        self.start == self.filled && self.under_way.is_empty()
    }

    /// The next reply, if the bytes received so far complete one. Return its
    /// buffers by [`ReplyReader::recycle`].
    pub fn next_reply(&mut self) -> Result<Option<Reply>, InvalidReply> {
        while let Some(line) = self.next_line()? {
            if self.take_line(line)? {
                return Ok(Some(std::mem::take(&mut self.under_way)));
            }
        }
        Ok(None)
    }

    /// Takes a reply's buffers back, so that reading the next one does not
    /// allocate.
    pub fn recycle(&mut self, mut reply: Reply) {
        if self.under_way.is_empty() {
            reply.clear();
            self.under_way = reply;
        }
    }

    /// Discards everything: a new session begins.
    pub fn clear(&mut self) {
        self.start = self.filled;
        self.scanned = self.filled;
        self.under_way.clear();
    }

    fn next_line(&mut self) -> Result<Option<std::ops::Range<usize>>, InvalidReply> {
        let fresh = &self.buffer[self.scanned..self.filled];
        let Some(found) = fresh.iter().position(|&byte| byte == b'\n') else {
            self.scanned = self.filled;
            return match self.filled - self.start > MAX_LINE {
                true => Err(InvalidReply::LongLine),
                false => Ok(None),
            };
        };
        let end = self.scanned + found;
        let line = self.start..end;
        self.start = end + 1;
        self.scanned = end + 1;
        match line.len() > MAX_LINE {
            true => Err(InvalidReply::LongLine),
            false => Ok(Some(line)),
        }
    }

    /// Adds a line to the current reply; true if it was the last one.
    fn take_line(&mut self, line: std::ops::Range<usize>) -> Result<bool, InvalidReply> {
        let line = &self.buffer[line];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (code, last, text) =
            split_line(line).ok_or_else(|| InvalidReply::NoCode(shown(line)))?;
        self.under_way.accepts(code)?;
        self.under_way.push_line(text);
        Ok(last)
    }
}

/// Code, whether it is the last line, and text.
fn split_line(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let digits = line.get(..3)?;
    if !digits.iter().all(u8::is_ascii_digit) || !(b'2'..=b'5').contains(&digits[0]) {
        return None;
    }
    let code = digits
        .iter()
        .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    match line.get(3) {
        None => Some((code, true, &[])),
        Some(b' ') => Some((code, true, &line[4..])),
        Some(b'-') => Some((code, false, &line[4..])),
        Some(_) => None,
    }
}

/// The beginning of what was received instead of a reply, escaped for printing.
fn shown(line: &[u8]) -> String {
    const SHOWN: usize = 60;
    let head = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]);
    let mut head: String = head
        .chars()
        .map(|c| if c.is_control() { '.' } else { c })
        .collect();
    if line.len() > SHOWN {
        head.push_str("...");
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Feeds `bytes` in pieces of at most `portion`; returns every reply as
    /// (code, text).
    fn read(bytes: &[u8], portion: usize) -> Result<Vec<(u16, String)>, InvalidReply> {
        let mut reader = ReplyReader::default();
        let mut replies = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let space = reader.space();
            let count = portion.min(space.len()).min(rest.len());
            space[..count].copy_from_slice(&rest[..count]);
            reader.filled(count);
            rest = &rest[count..];
            while let Some(reply) = reader.next_reply()? {
                replies.push((reply.code(), reply.text().to_owned()));
            }
        }
        Ok(replies)
    }

    #[test]
    fn lines_of_a_multiline_reply_are_one_reply() {
        let mut reader = ReplyReader::default();
        let bytes = b"250-mx.example\r\n250-STARTTLS\r\n250 Ok\r\n";
        reader.space()[..bytes.len()].copy_from_slice(bytes);
        reader.filled(bytes.len());
        let reply = reader.next_reply().unwrap().unwrap();
        assert_eq!(reply.code(), 250);
        assert_eq!(
            reply.lines().iter().collect::<Vec<_>>(),
            ["mx.example", "STARTTLS", "Ok"]
        );
        assert!(reader.next_reply().unwrap().is_none());
        assert!(reader.is_empty());
    }

    #[test]
    fn codes_are_separated_from_the_text() {
        let mut reader = ReplyReader::default();
        let bytes = b"451 4.4.2 Timeout waiting for data from client.\r\n";
        reader.space()[..bytes.len()].copy_from_slice(bytes);
        reader.filled(bytes.len());
        let reply = reader.next_reply().unwrap().unwrap();
        assert_eq!(reply.enhanced(), Some("4.4.2"));
        assert_eq!(reply.text(), "Timeout waiting for data from client.");
    }

    #[test]
    fn a_bare_code_and_bare_line_feeds_are_accepted() {
        assert_eq!(read(b"250\n", 9).unwrap(), [(250, String::new())]);
    }

    #[test]
    fn data_that_is_not_a_reply_is_reported() {
        let refused = |bytes: &[u8]| read(bytes, 1_000).unwrap_err();
        assert_eq!(
            refused(b"HTTP/1.1 400 Bad Request\r\n").to_string(),
            "not an SMTP reply: `HTTP/1.1 400 Bad Request`"
        );
        assert!(matches!(refused(b"199 no\r\n"), InvalidReply::NoCode(_)));
        assert!(matches!(refused(b"600 no\r\n"), InvalidReply::NoCode(_)));
        assert!(matches!(refused(b"250_no\r\n"), InvalidReply::NoCode(_)));
        assert!(matches!(
            refused(b"250-a\r\n251 b\r\n"),
            InvalidReply::CodesDiffer { .. }
        ));
    }

    #[test]
    fn lines_and_replies_have_bounds() {
        let long = [b"250 ".as_slice(), &[b'x'; 1_000_000]].concat();
        assert_eq!(read(&long, 700).unwrap_err(), InvalidReply::LongLine);
        let endless = b"250-x\r\n".repeat(100_000);
        assert_eq!(read(&endless, 700).unwrap_err(), InvalidReply::ManyLines);
    }

    proptest! {
        #[test]
        fn replies_are_the_same_however_they_are_split(
            texts in prop::collection::vec("[ -~]{0,80}", 1..20),
            portion in 1_usize..100,
        ) {
            let bytes: Vec<u8> = texts.iter().enumerate().flat_map(|(at, text)| {
                let mark = if at % 3 == 2 || at + 1 == texts.len() { ' ' } else { '-' };
                format!("250{mark}{text}\r\n").into_bytes()
            }).collect();
            prop_assert_eq!(read(&bytes, portion), read(&bytes, 1_000_000));
        }

        #[test]
        fn any_bytes_are_handled_within_bounds(
            bytes in prop::collection::vec(any::<u8>(), 0..10_000),
            portion in 1_usize..1_000,
        ) {
            let mut reader = ReplyReader::default();
            for portion in bytes.chunks(portion) {
                let count = portion.len().min(reader.space().len());
                reader.space()[..count].copy_from_slice(&portion[..count]);
                reader.filled(count);
                loop {
                    match reader.next_reply() {
                        Ok(Some(_)) => {}
                        Ok(None) => break,
                        Err(_) => return Ok(()),
                    }
                }
                prop_assert!(reader.buffer.len() <= 4 * MAX_LINE);
            }
        }
    }
}
