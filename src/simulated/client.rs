//! A slot in the simulated world, where nothing blocks: what its connection, its
//! mailbox and its timer would be.

use crate::dispatch::{Post, Slot};
use crate::vocabulary::Instant;

/// One slot.
pub(super) struct Client {
    pub(super) slot: Slot,
    /// Number of its connection.
    pub(super) connection: Option<usize>,
    /// Whether its TLS handshake has started.
    pub(super) securing: bool,
    /// Whether it waits for a post.
    pub(super) waiting: bool,
    /// What was posted to it, and when it notices.
    pub(super) mail: Option<(Instant, Post)>,
    /// Its turn to open a session.
    pub(super) turn: Option<Instant>,
    /// When it is woken next.
    pub(super) alarm: Option<Instant>,
}

impl Client {
    pub(super) fn new(slot: Slot) -> Self {
        Self {
            slot,
            connection: None,
            securing: false,
            waiting: false,
            mail: None,
            turn: None,
            alarm: None,
        }
    }
}
