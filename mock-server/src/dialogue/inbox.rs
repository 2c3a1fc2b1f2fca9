//! Input that has to wait, because a reply before it is still held back.
//!
//! Bounded by the caller: it hands over more only when it is asked to.

#[derive(Debug, Default)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
    read: usize,
}

impl Inbox {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Keeps `bytes` behind what is there.
    pub(super) fn keep(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// What is there.
    pub(super) fn unread(&self) -> &[u8] {
        &self.bytes[self.read..]
    }

    /// Marks `count` bytes as read; gives the memory back after the last.
    pub(super) fn consume(&mut self, count: usize) {
        self.read += count;
        if self.read == self.bytes.len() {
            *self = Inbox::default();
        }
    }
}
