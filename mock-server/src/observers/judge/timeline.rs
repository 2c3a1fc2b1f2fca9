//! What was sent over time, in a bounded number of slices.
//!
//! A slice is one second at first. When there are too many, each pair is merged
//! and slices are twice as long from then on.

use std::time::Duration;

use super::figures::Slice;
use crate::protocol::Instant;

/// Maximum number of slices: ten minutes in seconds, a day in four minutes each.
const MOST: usize = 600;
const SECOND: u64 = 1_000_000_000;

#[derive(Debug)]
pub(super) struct Timeline {
    start: Instant,
    width: u64,
    slices: Vec<Slice>,
    /// The current second, and recipients offered in it.
    second: (u64, u64),
    /// Recipients offered in the second before: events of two workers can arrive
    /// out of order at its end.
    before: u64,
    busiest: u64,
}

impl Timeline {
    pub(super) fn new(start: Instant) -> Timeline {
        Timeline {
            start,
            width: SECOND,
            slices: Vec::new(),
            second: (0, 0),
            before: 0,
            busiest: 0,
        }
    }

    /// The slice of `now`.
    pub(super) fn at(&mut self, now: Instant) -> &mut Slice {
        let since = now.0.saturating_sub(self.start.0);
        while since / self.width >= MOST as u64 {
            self.halve();
        }
        let place = (since / self.width) as usize;
        if place >= self.slices.len() {
            self.slices.resize(place + 1, Slice::default());
        }
        &mut self.slices[place]
    }

    /// Counts recipients of an attempt towards the maximum per second.
    pub(super) fn offered(&mut self, recipients: u64, now: Instant) {
        let second = now.0.saturating_sub(self.start.0) / SECOND;
        if second + 1 == self.second.0 {
            self.before += recipients;
            self.busiest = self.busiest.max(self.before);
            return;
        }
        if second > self.second.0 {
            let adjoins = second == self.second.0 + 1;
            self.before = if adjoins { self.second.1 } else { 0 };
            self.second = (second, 0);
        }
        self.second.1 += recipients;
        self.busiest = self.busiest.max(self.second.1);
    }

    pub(super) fn width(&self) -> Duration {
        Duration::from_nanos(self.width)
    }

    pub(super) fn busiest(&self) -> u64 {
        self.busiest
    }

    pub(super) fn slices(&self) -> &[Slice] {
        &self.slices
    }

    fn halve(&mut self) {
        let pairs = self.slices.chunks(2);
        self.slices = pairs
            .map(|pair| pair.iter().copied().fold(Slice::default(), Slice::plus))
            .collect();
        self.width *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_takes_no_more_room_than_ten_minutes_and_loses_nothing() {
        let mut timeline = Timeline::new(Instant(0));
        let minutes = 7 * 24 * 60;
        for minute in 0..minutes {
            timeline.at(Instant(minute * 60 * SECOND)).offered += 1;
        }
        assert!(timeline.slices().len() <= MOST);
        let sum: u64 = timeline.slices().iter().map(|slice| slice.offered).sum();
        assert_eq!(sum, minutes);
        assert!(timeline.width() >= Duration::from_secs(7 * 24 * 3600 / MOST as u64));
    }

    #[test]
    fn knows_its_busiest_second() {
        let mut timeline = Timeline::new(Instant(SECOND));
        for (second, recipients) in [(1, 5), (1, 6), (2, 10), (4, 3)] {
            timeline.offered(recipients, Instant(second * SECOND));
        }
        assert_eq!(timeline.busiest(), 11);
    }

    #[test]
    fn a_second_is_whole_though_its_end_is_told_in_disorder() {
        let mut timeline = Timeline::new(Instant(0));
        for second in [1, 2, 1, 2, 1, 2] {
            timeline.offered(5, Instant(second * SECOND));
        }
        assert_eq!(timeline.busiest(), 15);
        timeline.offered(15, Instant(4 * SECOND));
        timeline.offered(5, Instant(3 * SECOND));
        assert_eq!(timeline.busiest(), 15);
    }
}
