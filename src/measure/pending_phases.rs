//! What a slot has under way, and does not count yet.

use crate::vocabulary::Phase;

/// Times of one slot that count when its session is ready or has failed, and
/// when its attempt has ended.
#[derive(Debug, Default)]
pub(super) struct PendingPhases {
    /// Phases of the session that is being set up.
    pub(super) setup: Vec<(Phase, u64)>,
    /// Phases of the current attempt; RCPT may come many times.
    pub(super) attempt: Vec<(Phase, u64)>,
    /// Whether an attempt is under way.
    pub(super) attempting: bool,
    /// Whether a session was opened since the attempt began: then the time to
    /// its first byte is the set-up's, not the generator's.
    pub(super) set_up_in_attempt: bool,
    /// The thread's stalls up to when the attempt began, and the session's
    /// set-up, in nanoseconds.
    pub(super) stalls_before: u64,
    pub(super) stalls_before_session: u64,
    /// Whether the session is ready.
    pub(super) ready: bool,
    /// Whether its QUIT was answered.
    pub(super) quit: bool,
    /// Whether the session before was ready, and not ended by us.
    pub(super) severed: bool,
}

/// The stages of all slots, by slot.
#[derive(Debug, Default)]
pub(super) struct PendingBySlot(Vec<PendingPhases>);

impl PendingBySlot {
    /// The stage of one slot. Slots are numbered densely over all workers.
    pub(super) fn of(&mut self, slot: crate::vocabulary::SlotId) -> &mut PendingPhases {
        let index = slot.0 as usize;
        if index >= self.0.len() {
            self.0.resize_with(index + 1, PendingPhases::default);
        }
        &mut self.0[index]
    }
}
