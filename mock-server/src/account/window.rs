//! The daily quota: what was sent in the previous 24 hours.
//!
//! A rolling window with a resolution of one minute and a fixed amount of
//! memory: a message stops counting between 24 hours and 24 hours and one minute
//! later.

use crate::protocol::Instant;

const MINUTE: u64 = 60_000_000_000;
/// The minutes of a day and the current one.
const MINUTES: usize = 24 * 60 + 1;

#[derive(Debug)]
pub(super) struct Window {
    /// With `None` it only counts.
    quota: Option<u64>,
    sent: u64,
    minutes: Box<[u64; MINUTES]>,
    latest: u64,
}

impl Window {
    /// `quota` in recipients per rolling 24 hours.
    pub(super) fn new(quota: Option<u64>) -> Window {
        Window {
            quota,
            sent: 0,
            minutes: Box::new([0; MINUTES]),
            latest: 0,
        }
    }

    /// Whether `recipients` more stay within the quota at `now`.
    pub(super) fn admits(&mut self, recipients: u32, now: Instant) -> bool {
        self.roll(now);
        let sent = self.sent + u64::from(recipients);
        self.quota.is_none_or(|quota| sent <= quota)
    }

    /// Counts what [`admits`](Self::admits) allowed.
    pub(super) fn take(&mut self, recipients: u32) {
        self.sent += u64::from(recipients);
        self.minutes[slot(self.latest)] += u64::from(recipients);
    }

    /// Changes the quota; what was sent still counts.
    pub(super) fn change(&mut self, quota: Option<u64>) {
        self.quota = quota;
    }

    /// Recipients of the previous 24 hours.
    pub(super) fn sent(&mut self, now: Instant) -> u64 {
        self.roll(now);
        self.sent
    }

    /// Resets it to nothing sent.
    pub(super) fn clear(&mut self) {
        self.sent = 0;
        self.minutes.fill(0);
    }

    fn roll(&mut self, now: Instant) {
        let minute = now.0 / MINUTE;
        let from = (self.latest + 1).max(minute.saturating_sub(MINUTES as u64 - 1));
        for passed in from..=minute {
            self.sent -= std::mem::take(&mut self.minutes[slot(passed)]);
        }
        self.latest = self.latest.max(minute);
    }
}

fn slot(minute: u64) -> usize {
    (minute % MINUTES as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 60 * MINUTE;

    fn sends(window: &mut Window, recipients: u32, at: u64) -> bool {
        let admits = window.admits(recipients, Instant(at));
        if admits {
            window.take(recipients);
        }
        admits
    }

    #[test]
    fn admits_the_quota_and_no_more() {
        let mut window = Window::new(Some(200));
        assert!(sends(&mut window, 199, 0));
        assert!(!sends(&mut window, 2, 0));
        assert!(sends(&mut window, 1, 0));
        assert!(!sends(&mut window, 1, 23 * HOUR));
    }

    #[test]
    fn rolls_instead_of_starting_over() {
        let mut window = Window::new(Some(200));
        assert!(sends(&mut window, 100, 0));
        assert!(sends(&mut window, 100, 12 * HOUR));
        assert!(!sends(&mut window, 1, 24 * HOUR - 1));
        // The first hundred is a day old, the second is not.
        assert!(sends(&mut window, 100, 24 * HOUR + MINUTE));
        assert!(!sends(&mut window, 1, 24 * HOUR + MINUTE));
        assert!(sends(&mut window, 100, 36 * HOUR + MINUTE));
        assert!(!sends(&mut window, 1, 48 * HOUR));
    }

    #[test]
    fn forgets_everything_after_a_long_silence() {
        let mut window = Window::new(Some(7));
        assert!(sends(&mut window, 7, 5 * MINUTE));
        assert!(sends(&mut window, 7, 1000 * HOUR));
        assert!(!sends(&mut window, 1, 1000 * HOUR + 1));
    }

    #[test]
    fn a_clock_read_a_little_early_changes_nothing() {
        let mut window = Window::new(Some(2));
        assert!(sends(&mut window, 1, 2 * MINUTE));
        assert!(sends(&mut window, 1, 2 * MINUTE - 1));
        assert!(!sends(&mut window, 1, 2 * MINUTE));
    }
}
