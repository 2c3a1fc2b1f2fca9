//! A slot of the simulated world: what driver and slot do, without waiting.

use crate::smtp::Dialogue;
use crate::vocabulary::Instant;

/// One slot.
pub(super) struct Client {
    pub(super) dialogue: Dialogue,
    /// The connection it has, by number.
    pub(super) connection: Option<usize>,
    /// Whether its handshake was begun.
    pub(super) securing: bool,
    /// Whether it is free, in the hand-over's books.
    pub(super) waiting: bool,
    /// Whether it is at work on a message.
    pub(super) carrying: bool,
    /// Messages carried on this session.
    pub(super) carried: u32,
    /// Until when it leaves the server alone after a session that failed.
    pub(super) backs_off: Option<Instant>,
    /// Whether it has said goodbye for good.
    pub(super) leaving: bool,
}

impl Client {
    pub(super) fn new(dialogue: Dialogue) -> Self {
        Self {
            dialogue,
            connection: None,
            securing: false,
            waiting: false,
            carrying: false,
            carried: 0,
            backs_off: None,
            leaving: false,
        }
    }
}
