//! The free slots of a run, in the order in which they became free.
//!
//! A doubly linked list, indexed by slot number: removing a slot from the
//! middle is as cheap as from the front, and leaves no stale entry behind.
//! There is no separate count that could disagree with the list: in a release
//! build one did (rust-lang/rust issue 158206), and messages were dropped
//! because of it.

use crate::vocabulary::SlotId;

/// The neighbours of a free slot.
#[derive(Clone, Copy, Debug)]
struct Link {
    before: Option<SlotId>,
    after: Option<SlotId>,
}

/// A queue, first in, first out; a slot can also be removed by its number.
#[derive(Debug, Default)]
pub(super) struct FreeSlots {
    first: Option<SlotId>,
    last: Option<SlotId>,
    /// Each slot's links in the list; none while it is not free.
    links: Vec<Option<Link>>,
}

impl FreeSlots {
    /// Space for that many slots, none of them free.
    pub(super) fn new(slots: usize) -> Self {
        Self {
            links: vec![None; slots],
            ..Self::default()
        }
    }

    /// Whether no slot is free.
    pub(super) const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Whether this slot is free.
    pub(super) fn contains(&self, slot: SlotId) -> bool {
        self.links[slot.0 as usize].is_some()
    }

    /// Adds a slot that has become free. A slot that is free already keeps its
    /// position.
    pub(super) fn push_back(&mut self, slot: SlotId) {
        let link = &mut self.links[slot.0 as usize];
        debug_assert!(link.is_none(), "slot {} is free already", slot.0);
        if link.is_some() {
            return;
        }
        *link = Some(Link {
            before: self.last,
            after: None,
        });
        match self.last.replace(slot) {
            None => self.first = Some(slot),
            Some(before) => self.link(before, |link| link.after = Some(slot)),
        }
    }

    /// The slot that has been free for the longest time, so that all sessions
    /// of the pool stay in use.
    pub(super) fn pop_front(&mut self) -> Option<SlotId> {
        let slot = self.first?;
        self.remove(slot);
        Some(slot)
    }

    /// Removes a slot from any position; false if it was not free.
    pub(super) fn remove(&mut self, slot: SlotId) -> bool {
        let Some(Link { before, after }) = self.links[slot.0 as usize].take() else {
            return false;
        };
        match before {
            None => self.first = after,
            Some(before) => self.link(before, |link| link.after = after),
        }
        match after {
            None => self.last = before,
            Some(after) => self.link(after, |link| link.before = before),
        }
        true
    }

    fn link(&mut self, slot: SlotId, change: impl FnOnce(&mut Link)) {
        let link = self.links[slot.0 as usize].as_mut();
        debug_assert!(
            link.is_some(),
            "slot {} is a neighbour, but not free",
            slot.0
        );
        link.map(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Compared with a plain vector that is searched linearly.
        #[test]
        fn it_behaves_like_a_plain_vector(steps in prop::collection::vec((0_u8..3, 0_u32..6), 0..300)) {
            let mut slots = FreeSlots::new(6);
            let mut plain: Vec<SlotId> = Vec::new();
            for (step, slot) in steps {
                let slot = SlotId(slot);
                let place = plain.iter().position(|&other| other == slot);
                match step {
                    0 if place.is_none() => {
                        slots.push_back(slot);
                        plain.push(slot);
                    }
                    1 => {
                        let first = (!plain.is_empty()).then(|| plain.remove(0));
                        prop_assert_eq!(slots.pop_front(), first);
                    }
                    _ => {
                        prop_assert_eq!(slots.remove(slot), place.is_some());
                        plain.retain(|&other| other != slot);
                    }
                }
                prop_assert_eq!(slots.is_empty(), plain.is_empty());
            }
            let rest: Vec<_> = std::iter::from_fn(|| slots.pop_front()).collect();
            prop_assert_eq!(rest, plain);
        }
    }
}
