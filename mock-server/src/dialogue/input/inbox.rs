//! Input that waits because an earlier reply is still delayed.
//!
//! The caller bounds it: it adds more only when the dialogue requests it.

#[derive(Debug, Default)]
pub(in crate::dialogue) struct Inbox {
    bytes: Vec<u8>,
    read: usize,
}

impl Inbox {
    pub(in crate::dialogue) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Appends `bytes`.
    pub(in crate::dialogue) fn keep(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The unread bytes.
    pub(in crate::dialogue) fn unread(&self) -> &[u8] {
        &self.bytes[self.read..]
    }

    /// Marks `count` bytes as read; frees the memory after the last one.
    pub(in crate::dialogue) fn consume(&mut self, count: usize) {
        self.read += count;
        if self.read == self.bytes.len() {
            *self = Inbox::default();
        }
    }
}
