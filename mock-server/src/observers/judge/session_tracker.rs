//! Tracks one open session in a few numbers, so that ten thousand idle ones
//! need little memory; and counts sessions by their number of messages.

use crate::protocol::Instant;

/// One open session.
#[derive(Debug, Default)]
pub(super) struct SessionTracker {
    /// Messages that reached the dot.
    pub(super) messages: u64,
    /// Accepted messages whose 250 may not have been sent, the newest last; `None`
    /// for a message without `Message-ID`.
    pub(super) accepted: Vec<Option<u64>>,
    /// When the last message got a 4xx; `None` if it did not.
    pub(super) put_off: Option<Instant>,
    /// Beginning of the period over quota for which a message was refused here.
    pub(super) told_of_day: Option<Instant>,
    /// It got the banner, not the 421.
    pub(super) admitted: bool,
}

/// Sessions by number of messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Loads {
    classes: [u64; CLASSES.len()],
    messages: u64,
    with_messages: u64,
    most: u64,
}

/// Minimum number of messages of each class, and its name.
const CLASSES: [(u64, &str); 6] = [
    (0, "0"),
    (1, "1"),
    (2, "2-9"),
    (10, "10-99"),
    (100, "100-999"),
    (1000, "1000+"),
];

impl Loads {
    pub(super) fn add(&mut self, messages: u64) {
        let class = CLASSES.iter().rposition(|(least, _)| messages >= *least);
        self.classes[class.unwrap_or_default()] += 1;
        self.messages += messages;
        if messages > 0 {
            self.with_messages += 1;
        }
        self.most = self.most.max(messages);
    }

    pub(super) fn figures(&self) -> super::PerConnection {
        let named = CLASSES.iter().map(|(_, name)| *name).zip(self.classes);
        super::PerConnection {
            mean: self.messages as f64 / self.with_messages.max(1) as f64,
            most: self.most,
            connections: named.filter(|(_, count)| *count > 0).collect(),
        }
    }
}
