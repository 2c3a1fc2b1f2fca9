//! Messages that wait for a slot, in the order in which they will be taken.
//!
//! A long outage leaves millions of them. So only the first are stored
//! individually; those behind them are a count and a second walk through the
//! schedule, which creates each message again when it is taken. None is
//! dropped, and the memory is bounded however many wait. Pure.

use std::collections::VecDeque;
use std::fmt;

use crate::vocabulary::Ticket;

/// Number of messages that are stored individually: 3 MiB.
const KEPT: usize = 65_536;

/// The messages of the schedule after some moment, in order.
pub(crate) type Rest = Box<dyn Iterator<Item = Ticket> + Send>;

/// First in, first out.
#[derive(Debug)]
pub(super) struct Waiting {
    kept: VecDeque<Ticket>,
    /// The messages behind those. While it exists, all messages that the
    /// schedule releases are added to it.
    tail: Option<Tail>,
    /// How many messages are stored individually before the tail is created.
    most: usize,
}

/// Messages that are not stored individually.
struct Tail {
    rest: Rest,
    /// How many messages of the rest wait.
    length: u64,
    /// The longest delay that the generator itself may have caused for one of
    /// them.
    delayed: u64,
    /// Whether the limiter held the last of them although a slot was free.
    held: bool,
}

impl Default for Waiting {
    fn default() -> Self {
        Self::new(KEPT)
    }
}

impl Waiting {
    fn new(most: usize) -> Self {
        Self {
            kept: VecDeque::new(),
            tail: None,
            most,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.tail.is_none()
    }

    /// Adds a message that could not be sent; it goes before all others.
    pub(super) fn push_front(&mut self, ticket: Ticket) {
        self.kept.push_front(ticket);
    }

    /// Adds a message that is not the schedule's next: a retry. It goes before
    /// the tail.
    pub(super) fn push_back(&mut self, ticket: Ticket) {
        self.kept.push_back(ticket);
    }

    /// Adds the schedule's next message; `rest` is what follows it.
    pub(super) fn push_next(&mut self, ticket: Ticket, rest: impl FnOnce() -> Rest) {
        if let Some(tail) = &mut self.tail {
            tail.length += 1;
            tail.delayed = tail.delayed.max(ticket.delayed);
            tail.held = ticket.held;
            return;
        }
        self.kept.push_back(ticket);
        if self.kept.len() >= self.most {
            self.tail = Some(Tail {
                rest: rest(),
                length: 0,
                delayed: 0,
                held: false,
            });
        }
    }

    /// The message that is taken next.
    pub(super) fn pop_front(&mut self) -> Option<Ticket> {
        let first = self.kept.pop_front().or_else(|| self.pop_tail());
        // The schedule's next message may go to a slot directly, and then it is
        // not in the tail.
        if self.kept.is_empty() && self.tail.as_ref().is_some_and(|tail| tail.length == 0) {
            self.tail = None;
        }
        first
    }

    /// The first of them, as many as are stored at once; empty when none waits.
    pub(super) fn take_some(&mut self) -> Vec<Ticket> {
        let some = self.kept.len().max(self.most);
        std::iter::from_fn(|| self.pop_front()).take(some).collect()
    }

    fn pop_tail(&mut self) -> Option<Ticket> {
        let tail = self.tail.as_mut().filter(|tail| tail.length > 0)?;
        tail.length -= 1;
        let next = tail.rest.next();
        debug_assert!(next.is_some(), "what was released is in the schedule");
        next.map(|ticket| Ticket {
            delayed: tail.delayed,
            held: tail.held,
            ..ticket
        })
    }
}

impl fmt::Debug for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tail of {} messages", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Instant;
    use proptest::prelude::*;

    fn ticket(index: u64) -> Ticket {
        Ticket::new(index, Instant::from_nanos(index))
    }

    fn after(index: u64) -> Rest {
        Box::new((index + 1..).map(ticket))
    }

    #[test]
    fn an_outage_of_an_hour_needs_no_more_memory_than_one_of_a_minute() {
        let mut waiting = Waiting::default();
        let messages = 3_600_000;
        for index in 0..messages {
            waiting.push_next(ticket(index), || after(index));
        }
        assert_eq!(waiting.kept.len(), KEPT);
        assert!(waiting.kept.capacity() <= 2 * KEPT);
        let mut next = 0;
        while !waiting.is_empty() {
            let some = waiting.take_some();
            assert!(!some.is_empty() && some.len() <= KEPT);
            for ticket in some {
                assert_eq!((ticket.index, ticket.intended.nanos()), (next, next));
                next += 1;
            }
        }
        assert_eq!(next, messages);
    }

    proptest! {
        /// Whatever the order of operations: no message is lost, duplicated or
        /// invented, and the schedule's messages keep their order.
        #[test]
        fn no_message_is_lost_and_the_schedule_keeps_its_order(steps in prop::collection::vec(0_u8..6, 0..400)) {
            let mut waiting = Waiting::new(4);
            let (mut next, mut retry_queue) = (0, 1_000_000);
            let (mut seen, mut prompt, mut retried) = (Vec::new(), Vec::new(), Vec::new());
            let mut take = |ticket: Ticket| match ticket.index {
                0..1_000_000 => seen.push(ticket.index),
                retry => retried.push(retry),
            };
            for step in steps {
                match step {
                    // As in the dispatcher: if no message waits, the next one
                    // need not wait.
                    0 if waiting.is_empty() => {
                        prompt.push(next);
                        next += 1;
                    }
                    0..=2 => {
                        waiting.push_next(ticket(next), || after(next));
                        next += 1;
                    }
                    3 => {
                        waiting.push_back(ticket(retry_queue));
                        retry_queue += 1;
                    }
                    _ => waiting.pop_front().into_iter().for_each(&mut take),
                }
            }
            while !waiting.is_empty() {
                waiting.take_some().into_iter().for_each(&mut take);
            }
            prop_assert!(seen.is_sorted());
            retried.sort_unstable();
            prop_assert_eq!(retried, (1_000_000..retry_queue).collect::<Vec<_>>());
            seen.extend(prompt);
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..next).collect::<Vec<_>>());
        }
    }
}
