//! The server's turn to speak: at which stage, and when.

use std::time::Duration;

use crate::protocol::{Instant, Stage};

/// The turn of one reply. Its due time contains one draw of the stage's latency,
/// so each reply has a turn of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// None for a reply that belongs to no stage, which has no latency.
    pub(super) stage: Option<Stage>,
    /// The reply is not sent before.
    pub(super) due: Instant,
    pub(super) now: Instant,
}

impl Turn {
    /// A turn without latency.
    pub(super) fn at_once(stage: Stage, now: Instant) -> Turn {
        Turn {
            stage: Some(stage),
            due: now,
            now,
        }
    }

    /// The same turn, due later.
    pub(super) fn delayed_by(self, delay: Duration) -> Turn {
        let due = self.due + delay;
        Turn { due, ..self }
    }
}
