//! Measures how long clients waited between a refusal and the next attempt.

use std::time::Duration;

use super::figures::{Spread, Wait};

/// Retries listed separately; the last entry includes all later ones.
const TRIES: usize = 8;

/// After a wait this long the next one need not be longer: Amazon's own advice
/// begins with 5 s and 10 s (SES Developer Guide, "Amazon SES SMTP response
/// codes").
const LONG: Duration = Duration::from_secs(10);
/// A shorter wait counts as a retry at once.
const AT_ONCE: Duration = Duration::from_secs(1);
/// A constant wait varies by up to this factor, because of clocks and queues.
const LONGER: f64 = 1.1;

/// Count, minimum, maximum and sum of durations.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Durations {
    count: u64,
    shortest: Duration,
    longest: Duration,
    total: Duration,
}

/// All waits before a retry.
#[derive(Debug, Default)]
pub(super) struct Waits {
    by_try: [Durations; TRIES],
    pub(super) at_once: u64,
    pub(super) grew: u64,
    pub(super) did_not_grow: u64,
}

impl Durations {
    pub(super) fn add(&mut self, duration: Duration) {
        self.shortest = match self.count {
            0 => duration,
            _ => self.shortest.min(duration),
        };
        self.longest = self.longest.max(duration);
        self.total = self.total.saturating_add(duration);
        self.count += 1;
    }

    /// `None` without durations.
    pub(super) fn spread(&self) -> Option<Spread> {
        (self.count > 0).then(|| Spread {
            count: self.count,
            shortest_s: self.shortest.as_secs_f64(),
            mean_s: self.total.as_secs_f64() / self.count as f64,
            longest_s: self.longest.as_secs_f64(),
        })
    }
}

impl Waits {
    /// Records retry number `nth` (from 1) of a message, `wait` after the last
    /// refusal; the wait before that was `before`.
    pub(super) fn add(&mut self, nth: u32, wait: Duration, before: Option<Duration>) {
        self.by_try[(nth.max(1) as usize - 1).min(TRIES - 1)].add(wait);
        if wait < AT_ONCE {
            self.at_once += 1;
        }
        match before {
            None => {}
            Some(before) if before >= LONG || wait > before.mul_f64(LONGER) => self.grew += 1,
            Some(_) => self.did_not_grow += 1,
        }
    }

    pub(super) fn figures(&self) -> Vec<Wait> {
        let each = self.by_try.iter().zip(1..);
        each.filter_map(|(durations, retry)| {
            let spread = durations.spread()?;
            Some(Wait { retry, spread })
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn tells_waits_that_grow_from_those_that_do_not() {
        let mut waits = Waits::default();
        waits.add(1, seconds(1), None);
        waits.add(2, seconds(2), Some(seconds(1)));
        waits.add(3, seconds(2), Some(seconds(2)));
        assert_eq!((waits.grew, waits.did_not_grow), (1, 1));
        // A wait at its cap need not grow further.
        waits.add(4, seconds(30), Some(seconds(30)));
        assert_eq!((waits.grew, waits.did_not_grow), (2, 1));
    }

    #[test]
    fn keeps_a_line_for_each_of_the_first_tries_and_one_for_the_rest() {
        let mut waits = Waits::default();
        for nth in 1..=1000 {
            waits.add(nth, seconds(nth.into()), None);
        }
        let figures = waits.figures();
        assert_eq!(figures.len(), TRIES);
        assert_eq!(figures[0].spread.longest_s, 1.0);
        assert_eq!((figures[7].retry, figures[7].spread.count), (8, 993));
        assert_eq!(figures[7].spread.shortest_s, 8.0);
    }
}
