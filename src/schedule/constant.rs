//! Evenly spaced arrivals.

use std::time::Duration;

use crate::scenario::{Length, Rate};

/// Arrivals at a constant rate, the first at time zero.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    rate: Rate,
    count: u64,
    end: Duration,
}

impl Constant {
    /// Through the warm-up, and then for the length.
    pub fn new(rate: Rate, warm_up: Duration, length: Length) -> Self {
        match length {
            Length::Duration(duration) => {
                let end = warm_up + duration;
                let count = rate.count_before(end);
                Self { rate, count, end }
            }
            Length::Messages(messages) => {
                let count = rate.count_before(warm_up).saturating_add(messages);
                let end = rate.due(count);
                Self { rate, count, end }
            }
        }
    }

    /// When message `index` is intended.
    pub fn due(&self, index: u64) -> Option<Duration> {
        (index < self.count).then(|| self.rate.due(index))
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// When it is over.
    pub fn end(&self) -> Duration {
        self.end
    }

    /// Messages per second at `at`.
    pub fn rate_at(&self, at: Duration) -> f64 {
        if at < self.end {
            self.rate.hertz()
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    #[test]
    fn a_duration_excludes_the_warm_up() {
        let second = Duration::from_secs(1);
        let schedule = Constant::new(rate("50/s"), second, Length::Duration(second * 2));
        assert_eq!(schedule.count(), 150);
        assert_eq!(schedule.due(0), Some(Duration::ZERO));
        assert_eq!(schedule.due(149), Some(Duration::from_millis(2_980)));
        assert_eq!(schedule.due(150), None);
    }

    #[test]
    fn a_number_of_messages_excludes_the_warm_up() {
        let second = Duration::from_secs(1);
        let schedule = Constant::new(rate("4/s"), second, Length::Messages(10));
        assert_eq!(schedule.count(), 14);
        assert_eq!(schedule.end(), Duration::from_millis(3_500));
    }
}
