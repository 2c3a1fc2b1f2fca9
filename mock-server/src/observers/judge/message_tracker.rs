//! Matches attempts to messages, and tracks the last reply to each message.
//!
//! A message is identified by its `Message-ID` and its recipients: one that is
//! sent in several transactions to different recipients counts as several. The
//! most recent ones are stored by a hash; older ones are discarded and counted.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::waits::{Durations, Waits};
use crate::protocol::{Instant, Reply};

/// Messages tracked at the same time: about 2 MB.
const MOST: usize = 16_384;

/// This many attempts within [`STORM_WITHIN`] of the first refusal are a retry
/// storm. With Amazon's waits (5 s, then 10 s) there are two.
const STORM_TRIES: u32 = 5;
const STORM_WITHIN: Duration = Duration::from_secs(10);

/// A client that has not retried for this long has probably given up: Amazon
/// advises waits of 5 s, 10 s, 30 s.
const GIVEN_UP: Duration = Duration::from_secs(60);

/// Tracked messages, and the totals over all messages.
#[derive(Debug, Default)]
pub(super) struct MessageTracker {
    known: HashMap<u64, Known>,
    /// By time of the first attempt.
    order: VecDeque<u64>,
    pub(super) waits: Waits,
    pub(super) waits_after_quota: Durations,
    pub(super) forgotten: u64,
    pub(super) accepted_twice: u64,
    pub(super) undelivered: u64,
    pub(super) resent_unheard: u64,
    pub(super) resent_rejected: u64,
    pub(super) storms: u64,
    pub(super) most_tries: u32,
    /// Discarded after the client had probably given up.
    given_up: u64,
    /// Discarded with the 454 for the daily quota as the last reply.
    over_the_day: u64,
}

/// Messages waiting for a retry.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// After a 4xx that is not for the daily quota.
    pub(super) waiting: u64,
    /// Of those, messages that have waited for at least [`GIVEN_UP`].
    pub(super) for_long: u64,
    /// After the 454 for the daily quota.
    pub(super) over_the_day: u64,
}

#[derive(Debug)]
struct Known {
    disposition: Disposition,
    last: Instant,
    tries: u32,
    /// The 250 is not sent before this time.
    held: Instant,
    /// Time of the first refusal.
    refused: Instant,
    wait: Option<Duration>,
    stormed: bool,
}

/// The last reply to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposition {
    Accepted,
    /// Accepted, but the client did not receive the reply.
    ReplyUndelivered,
    /// A 4xx that is not for the daily quota.
    Deferred,
    /// The 454 for the daily quota.
    Quota,
    Rejected,
    /// Not accepted and not answered: the client decides whether to retry.
    Unanswered,
}

impl MessageTracker {
    /// Records the reply to an attempt at message `key`.
    pub(super) fn judged(&mut self, key: u64, disposition: Disposition, now: Instant) {
        let Some(mut known) = self.known.remove(&key) else {
            return self.first(key, disposition, now);
        };
        known.tries += 1;
        self.most_tries = self.most_tries.max(known.tries);
        self.again(&mut known, disposition, now);
        known.last = now;
        self.known.insert(key, known);
    }

    /// The connection was lost before the 250 for that message was sent.
    pub(super) fn undelivered(&mut self, key: u64) {
        if let Some(known) = self.known.get_mut(&key) {
            known.disposition = Disposition::ReplyUndelivered;
            self.undelivered += 1;
        }
    }

    /// The 250 for that message is not sent before `until`.
    pub(super) fn held(&mut self, key: u64, until: Instant) {
        if let Some(known) = self.known.get_mut(&key) {
            known.held = until;
        }
    }

    /// Messages waiting for a retry at `now`.
    pub(super) fn open(&self, now: Instant) -> Open {
        let mut open = Open {
            waiting: self.given_up,
            for_long: self.given_up,
            over_the_day: self.over_the_day,
        };
        for known in self.known.values() {
            match known.disposition {
                Disposition::Deferred => {
                    open.waiting += 1;
                    if now.since(known.last) >= GIVEN_UP {
                        open.for_long += 1;
                    }
                }
                Disposition::Quota => open.over_the_day += 1,
                _ => {}
            }
        }
        open
    }

    fn first(&mut self, key: u64, disposition: Disposition, now: Instant) {
        if self.known.len() >= MOST {
            self.forget(now);
        }
        let known = Known {
            disposition,
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

    fn forget(&mut self, now: Instant) {
        self.forgotten += 1;
        let oldest = self.order.pop_front();
        let Some(known) = oldest.and_then(|key| self.known.remove(&key)) else {
            return;
        };
        match known.disposition {
            Disposition::Deferred if now.since(known.last) >= GIVEN_UP => self.given_up += 1,
            Disposition::Quota => self.over_the_day += 1,
            _ => {}
        }
    }

    fn again(&mut self, known: &mut Known, disposition: Disposition, now: Instant) {
        let wait = now.since(known.last);
        match known.disposition {
            // SES has already accepted it: a later reply changes nothing.
            Disposition::Accepted | Disposition::ReplyUndelivered => {
                let undelivered =
                    known.disposition == Disposition::ReplyUndelivered || now < known.held;
                if undelivered {
                    self.resent_unheard += 1;
                }
                if !undelivered && disposition == Disposition::Accepted {
                    self.accepted_twice += 1;
                }
                known.disposition = Disposition::Accepted;
                return;
            }
            Disposition::Rejected => self.resent_rejected += 1,
            Disposition::Unanswered => {}
            Disposition::Quota => self.waits_after_quota.add(wait),
            Disposition::Deferred => {
                self.waits.add(known.tries - 1, wait, known.wait);
                known.wait = Some(wait);
                self.storm(known, now);
            }
        }
        known.disposition = disposition;
    }

    fn storm(&mut self, known: &mut Known, now: Instant) {
        let stormy = known.tries >= STORM_TRIES && now.since(known.refused) <= STORM_WITHIN;
        if stormy && !known.stormed {
            self.storms += 1;
        }
        known.stormed |= stormy;
    }
}

impl Disposition {
    pub(super) fn of(reply: Reply) -> Disposition {
        match reply {
            Reply::Accepted => Disposition::Accepted,
            Reply::QuotaSpent => Disposition::Quota,
            reply if reply.is_permanent() => Disposition::Rejected,
            _ => Disposition::Deferred,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_a_bounded_number_and_counts_what_it_forgot() {
        let mut messages_seen = MessageTracker::default();
        let beyond = 1000;
        for key in 0..(MOST + beyond) as u64 {
            messages_seen.judged(key, Disposition::Deferred, Instant(0));
        }
        assert_eq!(
            (messages_seen.known.len(), messages_seen.order.len()),
            (MOST, MOST)
        );
        assert_eq!(messages_seen.forgotten, beyond as u64);
        let open = messages_seen.open(Instant(0));
        assert_eq!((open.waiting, open.for_long), (MOST as u64, 0));
        // A message discarded after a minute without a retry counts as given up.
        let later = Instant(61_000_000_000);
        messages_seen.judged(u64::MAX, Disposition::Accepted, later);
        let open = messages_seen.open(later);
        assert_eq!((open.waiting, open.for_long), (MOST as u64, MOST as u64));
    }
}
