//! What the client has sent and the session has not read yet: the beginning of a
//! line, and bytes that wait for an earlier reply.
//!
//! The session takes lines out of it with [`line::take`]; it bounds the rest by
//! asking for more only when it can read.

mod inbox;
pub(super) mod line;

pub(super) use self::inbox::Inbox;

#[derive(Debug, Default)]
pub(super) struct Input {
    /// The beginning of a line whose end has not arrived.
    pub(super) partial: Vec<u8>,
    pub(super) waiting: Inbox,
}

impl Input {
    /// The session is secured: plaintext that was not read is discarded
    /// (CVE-2011-0411).
    pub(super) fn discard(&mut self) {
        self.partial.clear();
        self.waiting = Inbox::default();
    }
}

#[cfg(test)]
mod tests {
    use super::line::Found;
    use super::*;

    #[test]
    fn nothing_that_was_not_read_is_left_after_the_handshake() {
        let mut input = Input::default();
        let (used, found) = line::take(&mut input.partial, b"MAIL FR");
        assert_eq!((used, found), (7, Found::Part));
        input.waiting.keep(b"RSET\r\n");
        input.discard();
        assert!(input.waiting.is_empty());
        let (_, found) = line::take(&mut input.partial, b"NOOP\r\n");
        assert_eq!(found, Found::Line(b"NOOP"));
    }
}
