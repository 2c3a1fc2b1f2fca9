//! One accepted message.

use std::io::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A message that got its 250.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The id in the 250.
    pub id: String,
    /// The address of MAIL.
    pub sender: String,
    /// The addresses of RCPT, in order.
    pub recipients: Vec<String>,
    /// The message before dot-stuffing, with its last CRLF.
    pub data: Vec<u8>,
    /// Milliseconds since 1970.
    pub(crate) accepted_unix_ms: u64,
}

impl Message {
    /// When it was accepted, in milliseconds.
    #[must_use]
    pub fn accepted_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.accepted_unix_ms)
    }

    /// The message as text; invalid UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.data)
    }

    /// Writes it as an `.eml`: the envelope in two fields added by the mock,
    /// `X-Envelope-From` and `X-Envelope-To`, then the message byte for byte.
    pub(crate) fn write_eml(&self, mut out: impl Write) -> io::Result<()> {
        write!(out, "X-Envelope-From: <{}>\r\nX-Envelope-To: ", self.sender)?;
        for (n, recipient) in self.recipients.iter().enumerate() {
            // Folded: a line has at most 998 characters (RFC 5322 section 2.1.1).
            let before = if n == 0 { "" } else { ",\r\n " };
            write!(out, "{before}<{recipient}>")?;
        }
        out.write_all(b"\r\n")?;
        out.write_all(&self.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_an_eml_with_its_envelope_on_top() {
        let message = Message {
            id: "x".to_owned(),
            sender: "a@example.com".to_owned(),
            recipients: vec!["b@example.com".to_owned(), "c@example.com".to_owned()],
            data: b"Subject: s\r\n\r\n.\r\n".to_vec(),
            accepted_unix_ms: 1_700_000_000_123,
        };
        let mut eml = Vec::new();
        message.write_eml(&mut eml).unwrap();
        assert_eq!(
            String::from_utf8(eml).unwrap(),
            "X-Envelope-From: <a@example.com>\r\n\
             X-Envelope-To: <b@example.com>,\r\n <c@example.com>\r\n\
             Subject: s\r\n\r\n.\r\n"
        );
        let since = message.accepted_at().duration_since(UNIX_EPOCH).unwrap();
        assert_eq!(since.as_millis(), 1_700_000_000_123);
    }
}
