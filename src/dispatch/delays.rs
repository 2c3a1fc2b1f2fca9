//! How long the generator itself may have delayed a message before a slot took
//! it up.
//!
//! A message that is released late is late by that much. What queues behind it
//! is late, too: with the same times of service, arrivals that come later by at
//! most `d` make no message of a first-come-first-served queue end later by
//! more than `d`. So a message that had to wait inherits the longest delay of
//! what was carried while it waited, until nothing delayed is carried any more;
//! one that found a free slot inherits nothing. Pure.

use std::time::Duration;

use crate::vocabulary::SlotId;

/// Shorter delays are not handed on: every timer has them, and on a pool that
/// is never idle the longest of them would stay for ever.
const WORTH_INHERITING: u64 = Duration::from_millis(1).as_nanos() as u64;

/// The delays of what the slots carry, in nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Delays {
    /// Whether what a slot carries was delayed.
    marked: Vec<bool>,
    /// How many are.
    carried: usize,
    /// The longest delay since nothing delayed was carried.
    longest: u64,
}

impl Delays {
    pub(super) fn new(slots: usize) -> Self {
        Self {
            marked: vec![false; slots],
            ..Self::default()
        }
    }

    /// What a message inherits that waited until now.
    pub(super) const fn inherited(&self) -> u64 {
        self.longest
    }

    /// A slot takes a message that was delayed by so much.
    pub(super) fn taken(&mut self, slot: SlotId, delay: u64) {
        if delay >= WORTH_INHERITING {
            self.longest = self.longest.max(delay);
            self.mark(slot);
        }
    }

    /// A slot carries nothing any more; gives what the message inherits that it
    /// takes next, if one waits.
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

    /// What these slots carry was held up by so much more, all of it at once.
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
