//! The last messages in memory, up to a number and a size.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Message;

#[derive(Debug)]
pub(super) struct Memory {
    most_messages: usize,
    most_bytes: u64,
    messages: VecDeque<Arc<Message>>,
    bytes: u64,
}

impl Memory {
    pub(super) fn new(most_messages: usize, most_bytes: u64) -> Memory {
        Memory {
            most_messages,
            most_bytes,
            messages: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Adds a message, and removes the oldest until the limits hold again. The
    /// newest stays, whatever its size.
    pub(super) fn add(&mut self, message: Arc<Message>) {
        self.bytes += message.data.len() as u64;
        self.messages.push_back(message);
        while self.messages.len() > 1 && self.is_over() {
            if let Some(oldest) = self.messages.pop_front() {
                self.bytes -= oldest.data.len() as u64;
            }
        }
    }

    pub(super) fn all(&self) -> Vec<Arc<Message>> {
        self.messages.iter().cloned().collect()
    }

    pub(super) fn clear(&mut self) {
        self.messages.clear();
        self.bytes = 0;
    }

    fn is_over(&self) -> bool {
        self.messages.len() > self.most_messages || self.bytes > self.most_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(n: usize, size: usize) -> Arc<Message> {
        Arc::new(Message {
            id: n.to_string(),
            sender: String::new(),
            recipients: Vec::new(),
            data: vec![b'x'; size],
            accepted_unix_ms: 0,
        })
    }

    fn ids(memory: &Memory) -> Vec<String> {
        memory.all().iter().map(|m| m.id.clone()).collect()
    }

    #[test]
    fn keeps_the_newest_up_to_a_number() {
        let mut memory = Memory::new(2, 1000);
        (0..5).for_each(|n| memory.add(message(n, 1)));
        assert_eq!(ids(&memory), ["3", "4"]);
    }

    #[test]
    fn keeps_the_newest_up_to_a_size() {
        let mut memory = Memory::new(100, 1000);
        (0..5).for_each(|n| memory.add(message(n, 400)));
        assert_eq!(ids(&memory), ["3", "4"]);
        memory.add(message(5, 5000));
        assert_eq!(ids(&memory), ["5"]);
        memory.clear();
        memory.add(message(6, 1000));
        memory.add(message(7, 0));
        assert_eq!(ids(&memory), ["6", "7"]);
    }
}
