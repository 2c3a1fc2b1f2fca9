//! The retry queue: decides which messages are retried, and when.
//!
//! Pure. `throttled` and `deferred` messages are retried; over the daily quota
//! is not retried, and a message that may have been delivered is not sent
//! again. The wait is derived from the seed, the message and the attempt, so
//! that it does not depend on the thread that computes it.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::Retry;
use crate::random;
use crate::vocabulary::{Cause, CauseBuf, Instant, Outcome, Ticket};

/// Messages between two attempts.
#[derive(Debug)]
pub(crate) struct RetryQueue {
    policy: Option<Retry>,
    seed: u64,
    /// Attempts that may still start, apart from reserved ones; none: no limit.
    left: Option<u64>,
    /// Sorted by due time, then by message.
    waiting: BTreeMap<(Instant, u64), Ticket>,
    /// Result of the last attempt, for messages that had one and have not
    /// ended.
    last: HashMap<u64, (Outcome, CauseBuf)>,
    /// Retries that were due by the policy, and for which the ceiling left no
    /// room.
    refused: u64,
    closed: bool,
}

impl RetryQueue {
    /// A retry queue with this policy, for at most `left` further attempts.
    pub(crate) fn new(policy: Option<Retry>, seed: u64, left: Option<u64>) -> Self {
        Self {
            policy,
            seed,
            left,
            waiting: BTreeMap::new(),
            last: HashMap::new(),
            refused: 0,
            closed: false,
        }
    }

    /// Handles the end of an attempt. Returns the next attempt and when it is
    /// due, or none if the message has ended.
    #[must_use]
    pub(crate) fn after(
        &mut self,
        attempt: Ticket,
        outcome: Outcome,
        cause: &Cause<'_>,
        now: Instant,
    ) -> Option<(Ticket, Instant)> {
        let worthwhile = matches!(outcome, Outcome::Throttled | Outcome::Deferred);
        let wait = self.wait(attempt).filter(|_| worthwhile && !self.closed);
        let drawn = wait.is_some() && self.draw();
        if wait.is_some() && !drawn {
            self.refused += 1;
        }
        let Some(wait) = wait.filter(|_| drawn) else {
            self.last.remove(&attempt.index);
            return None;
        };
        let (next, due) = (attempt.again(), now + wait);
        self.last.insert(next.index, (outcome, (*cause).into()));
        self.waiting.insert((due, next.index), next);
        Some((next, due))
    }

    /// Takes one of the attempts that may still start; false if none is left.
    #[must_use]
    pub(crate) fn draw(&mut self) -> bool {
        match &mut self.left {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }

    /// Whether the policy retries at all.
    pub(crate) const fn is_possible(&self) -> bool {
        self.policy.is_some()
    }

    /// Whether the number of attempts is limited.
    pub(crate) const fn is_bounded(&self) -> bool {
        self.left.is_some()
    }

    /// Whether an attempt that is not reserved may start.
    pub(crate) fn has_room(&self) -> bool {
        self.left != Some(0)
    }

    /// How many retries the ceiling left no room for.
    pub(crate) const fn refused(&self) -> u64 {
        self.refused
    }

    /// How many messages wait for their next attempt.
    pub(crate) fn backing_off(&self) -> u64 {
        self.waiting.len() as u64
    }

    /// When the next retry is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.waiting.keys().next().map(|(due, _)| *due)
    }

    /// A retry that is due, if any.
    #[must_use]
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Ticket> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    /// Ends all retries: returns the messages that were waiting for one. From
    /// now on, every attempt is its message's last.
    pub(crate) fn close(&mut self) -> Vec<Ticket> {
        self.closed = true;
        std::mem::take(&mut self.waiting).into_values().collect()
    }

    /// Whether retries have ended.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Result of the previous attempt, if there was one: if the run ends before
    /// the next attempt, the message ends with this result.
    #[must_use]
    pub(crate) fn take_last(&mut self, message: Ticket) -> Option<(Outcome, CauseBuf)> {
        self.last.remove(&message.index)
    }

    /// Full jitter: uniform between zero and the bound.
    fn wait(&self, attempt: Ticket) -> Option<Duration> {
        let bound = self.policy?.bound(attempt.attempt)?;
        Some(bound.mul_f64(random::jitter(self.seed, attempt.index, attempt.attempt)))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::vocabulary::Phase;
    use proptest::prelude::*;

    const WHY: Cause<'static> = Cause {
        phase: Some(Phase::Accept),
        code: Some(454),
        enhanced: None,
        failure: None,
        detail: None,
        text: "Throttling failure: Maximum sending rate exceeded.",
    };

    fn policy(attempts: u32) -> Retry {
        Retry {
            base: Duration::from_secs(1),
            factor: 2.0,
            cap: Duration::from_secs(5),
            attempts: NonZeroU32::new(attempts).unwrap(),
        }
    }

    fn second(seconds: u64) -> Instant {
        Instant::ORIGIN + Duration::from_secs(seconds)
    }

    /// The waits of one message that is throttled every time.
    fn waits(retry_queue: &mut RetryQueue, index: u64) -> Vec<Duration> {
        let mut ticket = Ticket::new(index, second(1));
        let mut now = second(1);
        let mut waits = Vec::new();
        while let Some((next, due)) = retry_queue.after(ticket, Outcome::Throttled, &WHY, now) {
            assert_eq!(retry_queue.next_due(), Some(due));
            assert_eq!(retry_queue.take_due(due - Duration::from_nanos(1)), None);
            assert_eq!(retry_queue.take_due(due), Some(next));
            assert_eq!(next.attempt, ticket.attempt + 1);
            waits.push(due.since(now));
            (ticket, now) = (next, due);
        }
        waits
    }

    #[test]
    fn waits_are_uniform_below_bounds_that_grow_up_to_the_cap() {
        let mut retry_queue = RetryQueue::new(Some(policy(6)), 42, None);
        let mut shares = Vec::new();
        for index in 0..2_000 {
            let waits = waits(&mut retry_queue, index);
            assert_eq!(waits.len(), 5);
            for (wait, bound) in waits.iter().zip([1.0, 2.0, 4.0, 5.0, 5.0]) {
                let share = wait.as_secs_f64() / bound;
                assert!((0.0..1.0).contains(&share));
                shares.push(share);
            }
        }
        // Kolmogorov-Smirnov test against the uniform distribution; one good
        // seed in a thousand exceeds 1.95 / sqrt(n), and this seed is fixed.
        shares.sort_by(f64::total_cmp);
        let count = shares.len() as f64;
        let distance = shares.iter().enumerate().map(|(rank, share)| {
            let (below, above) = (rank as f64 / count, (rank + 1) as f64 / count);
            (share - below).abs().max((above - share).abs())
        });
        assert!(distance.fold(0.0, f64::max) < 1.95 / count.sqrt());
    }

    #[test]
    fn the_waits_of_a_message_depend_on_the_seed_only() {
        let of = |seed| waits(&mut RetryQueue::new(Some(policy(5)), seed, None), 7);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn only_throttled_and_deferred_messages_are_retried() {
        let mut retry_queue = RetryQueue::new(Some(policy(2)), 1, None);
        for &outcome in Outcome::ALL {
            let again = retry_queue.after(Ticket::new(1, second(1)), outcome, &WHY, second(1));
            let worthwhile = matches!(outcome, Outcome::Throttled | Outcome::Deferred);
            assert_eq!(again.is_some(), worthwhile, "{}", outcome.name());
        }
    }

    #[test]
    fn without_a_policy_the_first_attempt_is_the_last() {
        let mut retry_queue = RetryQueue::new(None, 1, None);
        assert!(waits(&mut retry_queue, 0).is_empty());
    }

    #[test]
    fn no_more_attempts_start_than_are_left() {
        let mut retry_queue = RetryQueue::new(Some(policy(5)), 1, Some(6));
        let tried: Vec<_> = (0..3)
            .map(|index| waits(&mut retry_queue, index).len())
            .collect();
        assert_eq!(tried, [4, 2, 0]);
    }

    #[test]
    fn a_message_in_back_off_at_the_end_has_the_outcome_of_its_last_attempt() {
        let mut retry_queue = RetryQueue::new(Some(policy(5)), 1, None);
        let ticket = Ticket::new(3, second(1));
        let next = retry_queue.after(ticket, Outcome::Throttled, &WHY, second(1));
        let (next, _) = next.unwrap();
        assert_eq!(retry_queue.close(), [next]);
        let last = retry_queue.take_last(next).unwrap();
        assert_eq!(last, (Outcome::Throttled, WHY.into()));
        assert_eq!(
            retry_queue.after(next, Outcome::Throttled, &WHY, second(2)),
            None
        );
        assert_eq!(retry_queue.take_last(next), None);
    }

    proptest! {
        /// Each message is due at its time, once.
        #[test]
        fn every_retry_is_due_once_and_in_order(indices in prop::collection::btree_set(0_u64..1_000, 1..100)) {
            let mut retry_queue = RetryQueue::new(Some(policy(2)), 9, None);
            let mut dues = std::collections::BTreeMap::new();
            for &index in &indices {
                let after = retry_queue.after(Ticket::new(index, second(1)), Outcome::Deferred, &WHY, second(1));
                let (next, due) = after.unwrap();
                dues.insert(next.index, due);
            }
            let mut before = Instant::ORIGIN;
            while let Some(due) = retry_queue.next_due() {
                let ticket = retry_queue.take_due(due).unwrap();
                prop_assert!(due >= before);
                prop_assert_eq!(dues.remove(&ticket.index), Some(due));
                before = due;
            }
            prop_assert!(dues.is_empty());
        }
    }

    #[test]
    fn the_waits_of_a_seed_stay_the_same() {
        let mut retry_queue = RetryQueue::new(Some(policy(6)), 42, None);
        let waits = (0..4).flat_map(|index| waits(&mut retry_queue, index));
        let nanos: Vec<_> = waits.map(|wait| wait.as_nanos() as u64).collect();
        #[rustfmt::skip]
        let expected = [
            121_294_461, 491_977_697, 1_530_949_871, 1_878_206_833, 3_613_971_881, 22_288_634,
            264_915_819, 3_438_736_046, 546_034_645, 3_491_968_790, 878_034_105, 1_228_119_325,
            366_951_495, 4_345_252_650, 4_599_743_476, 252_645_307, 790_105_894, 3_243_156_702,
            3_507_614_565, 2_953_304_351,
        ];
        assert_eq!(nanos, expected);
    }
}
