//! The server's turn to speak: at which stage, and when.

use std::time::Duration;

use crate::protocol::{Instant, Stage};

/// The turn of one reply. Its due time contains one draw of the stage's latency,
/// so each reply has a turn of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) stage: Stage,
    /// The reply is not sent before.
    pub(super) due: Instant,
    pub(super) now: Instant,
}

impl Turn {
    /// A turn without latency.
    pub(super) fn at_once(stage: Stage, now: Instant) -> Turn {
        let due = now;
        Turn { stage, due, now }
    }

    /// The same turn, due later.
    pub(super) fn delayed_by(self, delay: Duration) -> Turn {
        let due = self.due + delay;
        Turn { due, ..self }
    }
}
