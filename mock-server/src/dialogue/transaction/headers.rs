//! Reads the header fields of a message that SES checks, as a stream.
//!
//! It reads the content from the first byte to the empty line and stores very
//! little: which single-instance fields occurred, and the requested values. A
//! line is copied only if the end of the input cuts it.

use super::mailboxes;

/// Fields that SES allows once (SES Developer Guide, "Amazon SES header fields":
/// "must appear only once").
const SINGLE: [&str; 12] = [
    "From",
    "Sender",
    "Reply-To",
    "Date",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "DKIM-Signature",
    "Return-Path",
    "List-Unsubscribe",
];

/// Maximum bytes read of a line, or of a value with its folded lines: the limit
/// of a line in RFC 5322 section 2.1.1. The rest is ignored.
const MOST: usize = 998;

/// Which values are requested.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::dialogue) struct Wanted {
    pub(in crate::dialogue) from: bool,
    pub(in crate::dialogue) message_id: bool,
    pub(in crate::dialogue) configuration_set: bool,
}

/// A header being read, and what was found.
#[derive(Debug, Default)]
pub(in crate::dialogue) struct Headers {
    wanted: Wanted,
    /// The beginning of a line that the end of the input cut.
    partial: Vec<u8>,
    /// One bit for each of [`SINGLE`].
    seen: u16,
    duplicate: Option<&'static str>,
    /// The value that a folded line continues.
    current: Option<Kept>,
    from: String,
    message_id: String,
    configuration_set: String,
    over: bool,
}

/// A stored value.
#[derive(Clone, Copy, Debug)]
enum Kept {
    From,
    MessageId,
    ConfigurationSet,
}

impl Headers {
    pub(super) fn new(wanted: Wanted) -> Headers {
        Headers {
            wanted,
            ..Headers::default()
        }
    }

    /// Reads the next bytes of the message. After the empty line they are
    /// ignored.
    pub(super) fn take(&mut self, mut bytes: &[u8]) {
        while !self.over && !bytes.is_empty() {
            let Some(end) = memchr::memchr(b'\n', bytes) else {
                return self.keep(bytes);
            };
            let (line, rest) = bytes.split_at(end + 1);
            bytes = rest;
            if self.partial.is_empty() {
                self.line(&line[..line.len().min(MOST)]);
            } else {
                self.keep(line);
                let whole = std::mem::take(&mut self.partial);
                self.line(&whole);
            }
        }
    }

    /// The first single-instance field that occurred twice, in its usual
    /// spelling.
    pub(in crate::dialogue) fn duplicate(&self) -> Option<&'static str> {
        self.duplicate
    }

    /// The addresses of `From`, if requested.
    pub(in crate::dialogue) fn from(&self) -> Vec<String> {
        mailboxes::addresses(&self.from)
    }

    /// `Message-ID`, if requested and present.
    pub(in crate::dialogue) fn message_id(&self) -> Option<&str> {
        Some(self.message_id.trim()).filter(|id| !id.is_empty())
    }

    /// `X-SES-CONFIGURATION-SET`, if requested and present.
    pub(in crate::dialogue) fn configuration_set(&self) -> Option<&str> {
        Some(self.configuration_set.trim()).filter(|name| !name.is_empty())
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = MOST.saturating_sub(self.partial.len());
        self.partial
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Reads a line, which is truncated if it was very long.
    fn line(&mut self, line: &[u8]) {
        if matches!(line, b"\r\n" | b"\n") {
            self.over = true;
            return;
        }
        if matches!(line[0], b' ' | b'\t') {
            return self.append(line);
        }
        self.current = None;
        let Some(colon) = memchr::memchr(b':', line) else {
            return;
        };
        let name = line[..colon].trim_ascii_end();
        self.count(name);
        self.current = self.kept(name);
        self.append(&line[colon + 1..]);
    }

    fn count(&mut self, name: &[u8]) {
        let known = SINGLE
            .iter()
            .position(|single| single.as_bytes().eq_ignore_ascii_case(name));
        let Some(n) = known else {
            return;
        };
        if self.seen & 1 << n != 0 {
            self.duplicate = self.duplicate.or(Some(SINGLE[n]));
        }
        self.seen |= 1 << n;
    }

    fn kept(&self, name: &[u8]) -> Option<Kept> {
        let is = |wanted: bool, field: &str| wanted && name.eq_ignore_ascii_case(field.as_bytes());
        let Wanted {
            from,
            message_id,
            configuration_set,
        } = self.wanted;
        if is(from, "From") {
            Some(Kept::From)
        } else if is(message_id, "Message-ID") {
            Some(Kept::MessageId)
        } else if is(configuration_set, "X-SES-CONFIGURATION-SET") {
            Some(Kept::ConfigurationSet)
        } else {
            None
        }
    }

    /// Appends to the current value. A bare CR, like any control character, must
    /// not get into a reply that quotes the value.
    fn append(&mut self, bytes: &[u8]) {
        let value = match self.current {
            Some(Kept::From) => &mut self.from,
            Some(Kept::MessageId) => &mut self.message_id,
            Some(Kept::ConfigurationSet) => &mut self.configuration_set,
            None => return,
        };
        let room = MOST.saturating_sub(value.len());
        let text = String::from_utf8_lossy(bytes.trim_ascii_end());
        let text = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        value.extend(text.take(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Wanted = Wanted {
        from: true,
        message_id: true,
        configuration_set: true,
    };

    fn read(text: &str) -> Headers {
        let mut headers = Headers::new(ALL);
        headers.take(text.as_bytes());
        headers
    }

    #[test]
    fn finds_a_duplicate_field_in_any_case() {
        assert_eq!(read("Subject: a\r\nTo: b\r\n\r\n").duplicate(), None);
        let twice = read("DKIM-Signature: a\r\ndkim-signature: b\r\n\r\n");
        assert_eq!(twice.duplicate(), Some("DKIM-Signature"));
        let many = read("To: a\r\nTo: b\r\nReceived: a\r\nReceived: b\r\n\r\n");
        assert_eq!(many.duplicate(), None);
    }

    #[test]
    fn the_header_ends_at_the_empty_line() {
        let headers = read("Subject: a\r\n\r\nSubject: b\r\nMessage-ID: <x>\r\n");
        assert_eq!(headers.duplicate(), None);
        assert_eq!(headers.message_id(), None);
    }

    #[test]
    fn keeps_values_over_folded_lines() {
        let headers = read(
            "From: \"A, B\"\r\n <a@b.example>\r\nMessage-ID:\r\n <1@x>\r\n\
             x-ses-configuration-set: news \r\nSubject: a\r\n b\r\n\r\n",
        );
        assert_eq!(headers.from(), ["a@b.example"]);
        assert_eq!(headers.message_id(), Some("<1@x>"));
        assert_eq!(headers.configuration_set(), Some("news"));
        assert_eq!(read("From: a@b.example\r\n\r\n").from(), ["a@b.example"]);
        assert_eq!(read("From: nobody\r\n\r\n").from(), [""; 0]);
    }

    #[test]
    fn a_truncated_line_is_not_an_empty_line() {
        let blank = " ".repeat(2 * MOST);
        let text = format!("Subject: a\r\n{blank}b\r\n \r\nSubject: c\r\n\r\n");
        let mut by_bytes = Headers::new(ALL);
        for byte in text.as_bytes() {
            by_bytes.take(&[*byte]);
        }
        assert_eq!(by_bytes.duplicate(), Some("Subject"));
        assert_eq!(read(&text).duplicate(), Some("Subject"));
    }

    #[test]
    fn the_same_part_of_a_long_line_is_read_wherever_it_is_cut() {
        let text = format!("From: {}<a@b.c>\r\n\r\n", "x".repeat(MOST));
        let mut by_bytes = Headers::new(ALL);
        for byte in text.as_bytes() {
            by_bytes.take(&[*byte]);
        }
        assert_eq!(by_bytes.from(), read(&text).from());
    }

    /// A reply quotes the value, and a client must not be able to add lines to it.
    #[test]
    fn control_characters_are_not_kept() {
        let headers = read("From: a@b.\rc\r\nX-SES-CONFIGURATION-SET: a\r250 Ok\0\r\n\r\n");
        assert_eq!(headers.from(), ["a@b. c"]);
        assert_eq!(headers.configuration_set(), Some("a 250 Ok"));
    }

    #[test]
    fn stores_nothing_that_is_not_requested() {
        let mut headers = Headers::new(Wanted::default());
        headers.take(b"From: a@b.c\r\nMessage-ID: <1>\r\n\r\n");
        assert_eq!((headers.from(), headers.message_id()), (Vec::new(), None));
    }

    #[test]
    fn is_the_same_byte_by_byte_and_bounded() {
        let long = "x".repeat(100_000);
        let text = format!(
            "Message-ID: <1@x>\r\nX-Long: {long}\r\nFrom: {long}\r\n {long}\r\nDate: a\r\nDATE: b\r\n\r\n"
        );
        let mut headers = Headers::new(ALL);
        for byte in text.as_bytes() {
            headers.take(&[*byte]);
            assert!(headers.partial.capacity() < 4 * MOST);
        }
        assert_eq!(headers.duplicate(), Some("Date"));
        assert_eq!(headers.message_id(), Some("<1@x>"));
        assert!(headers.from.len() <= MOST);
    }
}
