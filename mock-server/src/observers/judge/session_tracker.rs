//! What is remembered of one open session: a few numbers, so that ten thousand
//! idle ones weigh nothing.

use crate::protocol::Instant;

/// One open session.
#[derive(Debug, Default)]
pub(super) struct SessionTracker {
    /// Messages that reached their dot.
    pub(super) messages: u64,
    /// The last message that was accepted, after those whose 250s had not left
    /// by then; none stands for one without `Message-ID`.
    pub(super) accepted: Vec<Option<u64>>,
    /// When its last message got a 4xx.
    pub(super) put_off: Option<Instant>,
    /// The spent day that a message of it was refused for, by its beginning.
    pub(super) told_of_day: Option<Instant>,
    /// It got the banner, and not the 421 in its place.
    pub(super) admitted: bool,
}

/// Sessions by how many messages they carried.
#[derive(Clone, Debug, Default)]
pub(super) struct Loads {
    classes: [u64; CLASSES.len()],
    messages: u64,
    with_messages: u64,
    most: u64,
}

/// Least number of messages of each class, and its name.
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
