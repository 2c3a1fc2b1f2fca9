//! A message on its way out: its commands and its content.

use std::ops::Range;
use std::sync::Arc;

/// The commands and content of one message, in buffers that serve one message
/// after another.
#[derive(Debug)]
pub struct Outgoing {
    /// MAIL, then each RCPT, with their line ends.
    commands: Vec<u8>,
    /// Where each of them ends in `commands`.
    ends: Vec<usize>,
    /// The head of the content: all that differs between messages.
    head: Vec<u8>,
    /// Holds the rest, which many messages share.
    tail: Arc<[u8]>,
    /// Which part of it is this message's.
    part: Range<usize>,
}

impl Outgoing {
    /// Nothing yet; every message's content will end with `tail`, unless it
    /// names another by [`Outgoing::tail`].
    pub fn new(tail: Arc<[u8]>) -> Self {
        Self {
            commands: Vec::new(),
            ends: Vec::new(),
            head: Vec::new(),
            part: 0..tail.len(),
            tail,
        }
    }

    /// Begins a message from that sender.
    pub fn start(&mut self, from: &str) {
        self.commands.clear();
        self.ends.clear();
        self.head.clear();
        self.command("MAIL FROM:<", from);
    }

    /// Adds a recipient.
    pub fn recipient(&mut self, to: &str) {
        self.command("RCPT TO:<", to);
    }

    /// Where the head of the content is to be written. Head and tail together
    /// are dot-stuffed and end with the final dot's line.
    pub fn head(&mut self) -> &mut Vec<u8> {
        &mut self.head
    }

    /// Ends the content with that part of `tail`, which has to lie within it.
    /// A tail that is the same as before, or of which there is nothing in the
    /// message, is not even counted once more: the count is shared by all
    /// threads.
    pub fn tail(&mut self, tail: &Arc<[u8]>, part: Range<usize>) {
        if part.is_empty() {
            self.part = 0..0;
            return;
        }
        if !Arc::ptr_eq(&self.tail, tail) {
            self.tail = tail.clone();
        }
        self.part = part;
    }

    /// How many recipients it has.
    pub(super) fn recipients(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// MAIL is command 0, the first RCPT command 1.
    pub(super) fn command_line(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.commands[start..self.ends[index]]
    }

    /// All commands, as one pipelined group.
    pub(super) fn group(&self) -> &[u8] {
        &self.commands
    }

    /// Head and tail of the content.
    pub(super) fn content(&self) -> (&[u8], &[u8]) {
        (&self.head, &self.tail[self.part.clone()])
    }

    fn command(&mut self, verb: &str, address: &str) {
        self.commands.extend_from_slice(verb.as_bytes());
        self.commands.extend_from_slice(address.as_bytes());
        self.commands.extend_from_slice(b">\r\n");
        self.ends.push(self.commands.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_ends_with_the_part_of_the_tail_it_names() {
        let shared: Arc<[u8]> = Arc::from(*b"one two\r\n.\r\n");
        let mut outgoing = Outgoing::new(shared.clone());
        assert_eq!(outgoing.content(), (&b""[..], &b"one two\r\n.\r\n"[..]));
        outgoing.tail(&shared, 4..12);
        assert_eq!(outgoing.content().1, b"two\r\n.\r\n");
        assert_eq!(Arc::strong_count(&shared), 2);
        let other: Arc<[u8]> = Arc::from(*b"other");
        outgoing.tail(&other, 3..3);
        assert_eq!(outgoing.content().1, b"");
        assert_eq!(
            (Arc::strong_count(&shared), Arc::strong_count(&other)),
            (2, 1)
        );
        outgoing.tail(&other, 0..5);
        assert_eq!(outgoing.content().1, b"other");
        assert_eq!(
            (Arc::strong_count(&shared), Arc::strong_count(&other)),
            (1, 2)
        );
    }
}
