//! Messages that can be told apart, and how each fared so far.
//!
//! A message is its `Message-ID` and its recipients: one that goes out in
//! several transactions to different recipients is several. The last ones are
//! remembered, by a hash; older ones give way, and are counted.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::waits::{Durations, Waits};
use crate::protocol::{Nanos, Reply};

/// Messages remembered: about two megabytes.
const MOST: usize = 16_384;

/// So many tries within [`STORM_WITHIN`] of the first refusal are a storm: with
/// Amazon's waits (5 s, then 10 s) there are two.
const STORM_TRIES: u32 = 5;
const STORM_WITHIN: Duration = Duration::from_secs(10);

/// Who has not tried again for so long has probably given up: Amazon's advice
/// is 5 s, 10 s, 30 s.
const GIVEN_UP: Duration = Duration::from_secs(60);

/// The messages that are remembered, and what was learnt of all.
#[derive(Debug, Default)]
pub(super) struct Book {
    known: HashMap<u64, Known>,
    /// In the order in which they first came.
    order: VecDeque<u64>,
    pub(super) waits: Waits,
    pub(super) waits_after_quota: Durations,
    pub(super) forgotten: u64,
    pub(super) accepted_twice: u64,
    pub(super) unheard: u64,
    pub(super) resent_unheard: u64,
    pub(super) resent_rejected: u64,
    pub(super) storms: u64,
    pub(super) most_tries: u32,
    /// Forgotten while they waited for another try.
    given_up: u64,
    /// Forgotten when the day was spent for them.
    over_the_day: u64,
}

/// Messages that wait for another try.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// After a 4xx that is not about the day.
    pub(super) waiting: u64,
    /// Those of them that have done so for long.
    pub(super) for_long: u64,
    /// After the 4xx for the day.
    pub(super) over_the_day: u64,
}

#[derive(Debug)]
struct Known {
    fate: Fate,
    last: Nanos,
    tries: u32,
    /// Before that moment the 250 does not leave.
    held: Nanos,
    /// When the first refusal came that the last tries are about.
    refused: Nanos,
    wait: Option<Duration>,
    stormed: bool,
}

/// The last answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Accepted,
    /// Accepted, but nobody heard the answer.
    Unheard,
    /// A 4xx that is not about the day.
    Deferred,
    /// The 4xx for the day.
    Quota,
    Rejected,
    /// Not accepted, and no answer: whether it comes again is the client's to
    /// decide.
    Unanswered,
}

impl Book {
    /// A message was answered. `key` tells it from others.
    pub(super) fn judged(&mut self, key: u64, fate: Fate, now: Nanos) {
        let Some(mut known) = self.known.remove(&key) else {
            return self.first(key, fate, now);
        };
        known.tries += 1;
        self.most_tries = self.most_tries.max(known.tries);
        self.again(&mut known, fate, now);
        known.last = now;
        self.known.insert(key, known);
    }

    /// The connection is gone, and the 250 for that message never left.
    pub(super) fn unheard(&mut self, key: u64) {
        if let Some(known) = self.known.get_mut(&key) {
            known.fate = Fate::Unheard;
            self.unheard += 1;
        }
    }

    /// The 250 for that message does not leave before `until`.
    pub(super) fn held(&mut self, key: u64, until: Nanos) {
        if let Some(known) = self.known.get_mut(&key) {
            known.held = until;
        }
    }

    /// Messages that wait for another try at `now`.
    pub(super) fn open(&self, now: Nanos) -> Open {
        let mut open = Open {
            waiting: self.given_up,
            for_long: self.given_up,
            over_the_day: self.over_the_day,
        };
        for known in self.known.values() {
            match known.fate {
                Fate::Deferred => {
                    open.waiting += 1;
                    if now.since(known.last) >= GIVEN_UP {
                        open.for_long += 1;
                    }
                }
                Fate::Quota => open.over_the_day += 1,
                _ => {}
            }
        }
        open
    }

    fn first(&mut self, key: u64, fate: Fate, now: Nanos) {
        if self.known.len() >= MOST {
            self.forget(now);
        }
        let known = Known {
            fate,
            last: now,
            tries: 1,
            held: now,
            refused: now,
            wait: None,
            stormed: false,
        };
        self.known.insert(key, known);
        self.order.push_back(key);
        self.most_tries = self.most_tries.max(1);
    }

    fn forget(&mut self, now: Nanos) {
        self.forgotten += 1;
        let oldest = self.order.pop_front();
        let Some(known) = oldest.and_then(|key| self.known.remove(&key)) else {
            return;
        };
        match known.fate {
            Fate::Deferred if now.since(known.last) >= GIVEN_UP => self.given_up += 1,
            Fate::Quota => self.over_the_day += 1,
            _ => {}
        }
    }

    fn again(&mut self, known: &mut Known, fate: Fate, now: Nanos) {
        let wait = now.since(known.last);
        match known.fate {
            // What is with SES stays there, whatever is answered now.
            Fate::Accepted | Fate::Unheard => {
                let unheard = known.fate == Fate::Unheard || now < known.held;
                if unheard {
                    self.resent_unheard += 1;
                }
                if !unheard && fate == Fate::Accepted {
                    self.accepted_twice += 1;
                }
                known.fate = Fate::Accepted;
                return;
            }
            Fate::Rejected => self.resent_rejected += 1,
            Fate::Unanswered => {}
            Fate::Quota => self.waits_after_quota.add(wait),
            Fate::Deferred => {
                self.waits.add(known.tries - 1, wait, known.wait);
                known.wait = Some(wait);
                self.storm(known, now);
            }
        }
        known.fate = fate;
    }

    fn storm(&mut self, known: &mut Known, now: Nanos) {
        let stormy = known.tries >= STORM_TRIES && now.since(known.refused) <= STORM_WITHIN;
        if stormy && !known.stormed {
            self.storms += 1;
        }
        known.stormed |= stormy;
    }
}

impl Fate {
    pub(super) fn of(reply: Reply) -> Fate {
        match reply {
            Reply::Accepted => Fate::Accepted,
            Reply::QuotaSpent => Fate::Quota,
            reply if reply.is_permanent() => Fate::Rejected,
            _ => Fate::Deferred,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_a_bounded_number_and_counts_what_it_forgot() {
        let mut book = Book::default();
        let beyond = 1000;
        for key in 0..(MOST + beyond) as u64 {
            book.judged(key, Fate::Deferred, Nanos(0));
        }
        assert_eq!((book.known.len(), book.order.len()), (MOST, MOST));
        assert_eq!(book.forgotten, beyond as u64);
        let open = book.open(Nanos(0));
        assert_eq!((open.waiting, open.for_long), (MOST as u64, 0));
        // What is forgotten after a minute without a try was given up.
        let later = Nanos(61_000_000_000);
        book.judged(u64::MAX, Fate::Accepted, later);
        let open = book.open(later);
        assert_eq!((open.waiting, open.for_long), (MOST as u64, MOST as u64));
    }
}
