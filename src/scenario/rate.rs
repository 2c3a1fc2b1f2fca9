//! A rate, kept exact.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

/// Events per time, as a whole number of thousandths of an event over a unit
/// of time, so that the n-th arrival of a schedule is exact integer arithmetic
/// however long the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    thousandths: u64,
    unit: Unit,
}

/// The unit of time a rate is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
}

impl Unit {
    const ALL: [(Self, &str, u64); 4] = [
        (Self::Second, "s", 1),
        (Self::Minute, "min", 60),
        (Self::Hour, "h", 3_600),
        (Self::Day, "d", 86_400),
    ];

    fn row(self) -> (Self, &'static str, u64) {
        Self::ALL[self as usize]
    }

    fn nanos(self) -> u64 {
        self.row().2 * 1_000_000_000
    }
}

/// Why a rate could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a rate: write a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s, 100000/d"
)]
pub struct InvalidRate(String);

impl Rate {
    /// So many events a second; `None` for zero.
    pub const fn per_second(events: u32) -> Option<Self> {
        if events == 0 {
            return None;
        }
        Some(Self {
            thousandths: events as u64 * 1_000,
            unit: Unit::Second,
        })
    }

    /// Events per second.
    pub fn hertz(self) -> f64 {
        self.thousandths as f64 / 1_000.0 / (self.unit.nanos() as f64 / 1e9)
    }

    /// One of `of` equal parts of it, rounded down, and never nothing.
    pub(super) fn share(self, of: u32) -> Self {
        let thousandths = (self.thousandths / u64::from(of.max(1))).max(1);
        Self {
            thousandths,
            ..self
        }
    }

    /// In thousandths of an event a day: whole for every rate that can be written.
    pub(super) fn thousandths_a_day(self) -> u128 {
        let day = Unit::Day.nanos() / self.unit.nanos();
        u128::from(self.thousandths) * u128::from(day)
    }

    /// When the `index`-th event is due, counted from 0 at time zero: evenly
    /// spaced, rounded down to the nanosecond, without cumulative error.
    pub fn due(self, index: u64) -> Duration {
        let nanos = u128::from(index) * 1_000 * u128::from(self.unit.nanos())
            / u128::from(self.thousandths);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How many events are due before `end`: the least index whose
    /// [`Rate::due`] is not.
    pub fn count_before(self, end: Duration) -> u64 {
        // due(i) < end  <=>  floor(i*k/t) < end  <=>  i*k < end*t, k and t as below.
        let step = 1_000 * u128::from(self.unit.nanos());
        let events = (end.as_nanos() * u128::from(self.thousandths)).div_ceil(step);
        u64::try_from(events).unwrap_or(u64::MAX)
    }
}

impl std::str::FromStr for Rate {
    type Err = InvalidRate;

    /// Reads `50/s`, `14.5/s`, `3000/min`, `100000/d`; `m` and `min` are minutes.
    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        parse(text).ok_or_else(|| InvalidRate(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Rate> {
    let (number, unit) = text.split_once('/')?;
    let unit = match unit.trim() {
        "s" | "sec" | "second" => Unit::Second,
        "m" | "min" | "minute" => Unit::Minute,
        "h" | "hour" => Unit::Hour,
        "d" | "day" => Unit::Day,
        _ => return None,
    };
    let number: f64 = number.trim().replace('_', "").parse().ok()?;
    let thousandths = (number * 1_000.0).round();
    // Above 2^53 thousandths a float no longer holds every whole number.
    (1.0..9e15).contains(&thousandths).then_some(Rate {
        thousandths: thousandths as u64,
        unit,
    })
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.thousandths as f64 / 1_000.0;
        write!(f, "{number}/{}", self.unit.row().1)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_and_shown_as_written() {
        for text in ["50/s", "14.5/s", "3000/min", "100000/d", "0.001/h"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["fast", "0/s", "-1/s", "50", "50/x", "inf/s", "nan/s", ""] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_count_before_a_moment_is_the_number_of_arrivals_before_it() {
        for text in ["3/s", "7/s", "14.5/s", "1000/min"] {
            let rate: Rate = text.parse().unwrap();
            for nanos in [1, 333_333_333, 333_333_334, 1_000_000_000, 59_999_999_999] {
                let end = Duration::from_nanos(nanos);
                let count = rate.count_before(end);
                assert!(rate.due(count) >= end);
                assert!(count == 0 || rate.due(count - 1) < end, "{text} {nanos}");
            }
        }
    }

    #[test]
    fn a_day_of_arrivals_has_no_drift() {
        let rate: Rate = "3/s".parse().unwrap();
        assert_eq!(rate.due(3 * 86_400), Duration::from_secs(86_400));
    }
}
