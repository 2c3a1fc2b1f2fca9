//! Phases of a slot that are not counted yet.

use crate::vocabulary::Phase;

/// Pending phases of one slot: they are counted when its session is ready or has
/// failed, and when its attempt has ended.
#[derive(Debug, Default)]
pub(super) struct PendingPhases {
    /// Phases of the set-up in progress.
    pub(super) setup: Vec<(Phase, u64)>,
    /// Phases of the current attempt; RCPT may occur many times.
    pub(super) attempt: Vec<(Phase, u64)>,
    /// Whether an attempt is in progress.
    pub(super) attempting: bool,
    /// Whether a session was opened since the attempt started: then the time to its
    /// first byte belongs to the set-up, not to the generator.
    pub(super) set_up_in_attempt: bool,
    /// The thread's total stall time at the start of the attempt, and of the
    /// session's set-up, in nanoseconds.
    pub(super) stalls_before: u64,
    pub(super) stalls_before_session: u64,
    /// Whether the session is ready.
    pub(super) ready: bool,
    /// Whether its QUIT was answered.
    pub(super) quit: bool,
    /// Whether the previous session was ready, and not ended by sesbench.
    pub(super) severed: bool,
}

/// The pending phases of all slots, by slot.
#[derive(Debug, Default)]
pub(super) struct PendingBySlot(Vec<PendingPhases>);

impl PendingBySlot {
    /// The pending phases of one slot. Slots are numbered densely over all workers.
    pub(super) fn of(&mut self, slot: crate::vocabulary::SlotId) -> &mut PendingPhases {
        let index = slot.0 as usize;
        if index >= self.0.len() {
            self.0.resize_with(index + 1, PendingPhases::default);
        }
        &mut self.0[index]
    }
}
