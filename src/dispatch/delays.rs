//! How long the generator itself may have delayed a message before a slot took
//! it.
//!
//! A message that is released late is delayed by its lateness. Messages that
//! queue behind it are delayed, too: with the same service times, arrivals that
//! are at most `d` later make no message of a first-come-first-served queue end
//! more than `d` later. So a message that had to wait inherits the longest
//! delay of the messages in progress while it waited, until none in progress is
//! delayed any more; a message that found a free slot inherits nothing. Pure.

use std::time::Duration;

use crate::vocabulary::SlotId;

/// Shorter delays are not inherited: every timer causes them, and in a pool
/// that is never idle the longest of them would persist for ever.
const WORTH_INHERITING: u64 = Duration::from_millis(1).as_nanos() as u64;

/// The delays of the messages that the slots carry, in nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Delays {
    /// For each slot, whether its message was delayed.
    marked: Vec<bool>,
    /// The number of such slots.
    carried: usize,
    /// The longest delay since no message in progress was delayed.
    longest: u64,
}

impl Delays {
    pub(super) fn new(slots: usize) -> Self {
        Self {
            marked: vec![false; slots],
            ..Self::default()
        }
    }

    /// The delay that a message inherits if it waited until now.
    pub(super) const fn inherited(&self) -> u64 {
        self.longest
    }

    /// A slot takes a message that was delayed by `delay`.
    pub(super) fn taken(&mut self, slot: SlotId, delay: u64) {
        if delay >= WORTH_INHERITING {
            self.longest = self.longest.max(delay);
            self.mark(slot);
        }
    }

    /// A slot's message has ended; returns the delay that its next message
    /// inherits, if one waits.
    pub(super) fn freed(&mut self, slot: SlotId) -> u64 {
        let inherited = self.longest;
        if std::mem::take(&mut self.marked[slot.0 as usize]) {
            self.carried -= 1;
            if self.carried == 0 {
                self.longest = 0;
            }
        }
        inherited
    }

    /// The messages of these slots were all delayed by `delay` more at the same
    /// time.
    pub(super) fn stalled(&mut self, slots: impl Iterator<Item = SlotId>, delay: u64) {
        slots.for_each(|slot| self.mark(slot));
        if self.carried > 0 {
            self.longest = self.longest.saturating_add(delay);
        }
    }

    fn mark(&mut self, slot: SlotId) {
        if !std::mem::replace(&mut self.marked[slot.0 as usize], true) {
            self.carried += 1;
        }
    }
}
