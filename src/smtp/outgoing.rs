//! An outgoing message: its commands and its content.

use std::ops::Range;
use std::sync::Arc;

/// The commands and content of one message, in buffers that are reused for the
/// next messages.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// MAIL, then each RCPT, with their line ends.
    commands: Vec<u8>,
    /// The end of each of them in `commands`.
    ends: Vec<usize>,
    /// The head of the content: everything that differs between messages.
    head: Vec<u8>,
    /// Contains the rest of the content, which many messages share.
    tail: Arc<[u8]>,
    /// The part of `tail` that belongs to this message.
    part: Range<usize>,
}

impl Outgoing {
    /// An empty message. Content ends with `tail`, unless the message sets
    /// another one by [`Outgoing::tail`].
    pub(crate) fn new(tail: Arc<[u8]>) -> Self {
        Self {
            commands: Vec::new(),
            ends: Vec::new(),
            head: Vec::new(),
            part: 0..tail.len(),
            tail,
        }
    }

    /// Begins a message from this sender.
    pub(crate) fn start(&mut self, from: &str) {
        self.commands.clear();
        self.ends.clear();
        self.head.clear();
        self.command("MAIL FROM:<", from);
    }

    /// Adds a recipient.
    pub(crate) fn recipient(&mut self, to: &str) {
        self.command("RCPT TO:<", to);
    }

    /// The buffer for the head of the content. Head and tail together are
    /// dot-stuffed and end with the final dot.
    pub(crate) fn head(&mut self) -> &mut Vec<u8> {
        &mut self.head
    }

    /// Ends the content with this part of `tail`, which must lie within it. If
    /// the tail is unchanged, or the part is empty, its reference count is not
    /// touched: all threads share that count.
    pub(crate) fn tail(&mut self, tail: &Arc<[u8]>, part: Range<usize>) {
        if part.is_empty() {
            self.part = 0..0;
            return;
        }
        if !Arc::ptr_eq(&self.tail, tail) {
            self.tail = tail.clone();
        }
        self.part = part;
    }

    /// Size of the message in bytes as RFC 1870 section 3 counts it: without
    /// dot-stuffing and without the final dot. Exact only if it is above
    /// `limit`: finding the stuffed dots means looking at every byte.
    pub(super) fn size(&self, limit: u64) -> u64 {
        let (head, tail) = self.content();
        let bytes = (head.len() + tail.len()).saturating_sub(FINAL_DOT.len());
        match bytes as u64 > limit {
            true => (bytes - stuffed_lines(head, tail)) as u64,
            false => bytes as u64,
        }
    }

    /// The domain of each recipient.
    pub(super) fn domains(&self) -> impl Iterator<Item = &[u8]> {
        let commands = (1..=self.recipients()).map(|index| self.command_line(index));
        commands.map(|command| {
            let address = command.strip_suffix(b">\r\n").unwrap_or(command);
            address
                .rsplit(|byte| *byte == b'@')
                .next()
                .unwrap_or(address)
        })
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

const FINAL_DOT: &[u8] = b".\r\n";

/// Number of content lines that begin with a dot, except the final one: each
/// was given one more dot. A tail starts at the start of a line.
fn stuffed_lines(head: &[u8], tail: &[u8]) -> usize {
    let lines = |part: &[u8]| {
        let lines = part.split_inclusive(|byte| *byte == b'\n');
        lines.filter(|line| line.first() == Some(&b'.')).count()
    };
    (lines(head) + lines(tail)).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_without_stuffing_and_final_dot() {
        let mut outgoing = Outgoing::new(Arc::from(*b"..one\r\ntwo\r\n.\r\n"));
        outgoing.start("a@example.com");
        outgoing.head().extend_from_slice(b"Subject: s\r\n\r\n");
        let size = b"Subject: s\r\n\r\n.one\r\ntwo\r\n".len() as u64;
        assert_eq!(outgoing.size(0), size);
        assert_eq!(outgoing.size(size), size);
        // Below the limit it need not be exact, and may be too high.
        assert_eq!(outgoing.size(size + 1), size + 1);
    }

    #[test]
    fn the_domains_are_those_of_the_recipients() {
        let mut outgoing = Outgoing::new(Arc::from([]));
        outgoing.start("a@example.com");
        outgoing.recipient("b@example.org");
        outgoing.recipient("\"c@d\"@example.net");
        let domains: Vec<_> = outgoing.domains().collect();
        assert_eq!(domains, [b"example.org", b"example.net"]);
    }

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
