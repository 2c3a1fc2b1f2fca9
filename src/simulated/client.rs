//! The state of a slot in the simulated world, where nothing blocks.

use crate::smtp::Dialogue;
use crate::vocabulary::Instant;

/// One slot.
pub(super) struct Client {
    pub(super) dialogue: Dialogue,
    /// Number of its connection.
    pub(super) connection: Option<usize>,
    /// Whether its TLS handshake has started.
    pub(super) securing: bool,
    /// Whether the dispatcher lists it as free.
    pub(super) waiting: bool,
    /// Whether it handles a message.
    pub(super) carrying: bool,
    /// Messages sent on this session.
    pub(super) carried: u32,
    /// End of the back-off after a failed session.
    pub(super) backs_off: Option<Instant>,
    /// Whether it has sent its last QUIT.
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
