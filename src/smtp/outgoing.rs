//! A message on its way out: its commands and its content.

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
    /// The rest, shared by all messages of a run.
    tail: Arc<[u8]>,
}

impl Outgoing {
    /// Nothing yet; every message's content will end with `tail`.
    pub fn new(tail: Arc<[u8]>) -> Self {
        Self {
            commands: Vec::new(),
            ends: Vec::new(),
            head: Vec::new(),
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
        (&self.head, &self.tail)
    }

    fn command(&mut self, verb: &str, address: &str) {
        self.commands.extend_from_slice(verb.as_bytes());
        self.commands.extend_from_slice(address.as_bytes());
        self.commands.extend_from_slice(b">\r\n");
        self.ends.push(self.commands.len());
    }
}
