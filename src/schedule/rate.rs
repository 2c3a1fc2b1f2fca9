//! Rates in exact arithmetic.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::units::{InvalidQuantity, PerTime, TimeUnit};

/// The minimum number of decimals of a rate. Schedules have always counted in
/// them; only finer rates use more.
pub(crate) const COARSE_DECIMALS: u32 = 3;

/// Far above any real rate, and low enough for exact arithmetic.
const MAX_EVENTS: u128 = 9_000_000_000_000;

/// Events per time, as a whole number of parts of an event per unit of time. So
/// the n-th arrival of a schedule is exact integer arithmetic for a run of any
/// length, and the rate is exactly the one written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Never zero.
    parts: u64,
    /// A part is `10^-decimals` of an event; at least [`COARSE_DECIMALS`].
    decimals: u32,
    /// The rate is divided by this number of equal shares; never zero.
    shares: u64,
    unit: TimeUnit,
}

const ZERO: &str = "a number above 0";

impl Rate {
    /// A rate in events per second; `None` for zero.
    pub const fn per_second(events: u32) -> Option<Self> {
        if events == 0 {
            return None;
        }
        Some(Self {
            parts: events as u64 * 1_000,
            decimals: COARSE_DECIMALS,
            shares: 1,
            unit: TimeUnit::Second,
        })
    }

    /// Events per second.
    pub fn hertz(self) -> f64 {
        let events = self.parts as f64 / self.parts_of_event() as f64;
        events / self.shares as f64 / self.unit.seconds() as f64
    }

    /// One of `of` equal parts, which add up to the rate.
    pub(crate) fn share(self, of: u32) -> Self {
        let shares = self.shares.saturating_mul(u64::from(of.max(1)));
        let common = greatest_common_divisor(self.parts, shares);
        Self {
            parts: self.parts / common,
            shares: shares / common,
            ..self
        }
    }

    /// The decimals of its number.
    pub fn decimals(self) -> u32 {
        self.decimals
    }

    /// In `10^-decimals` of an event per day. Exact with at least the decimals that
    /// the rate has; a share is rounded down.
    pub fn parts_a_day(self, decimals: u32) -> u128 {
        let day = TimeUnit::Day.seconds() / self.unit.seconds();
        let finer = 10_u128.pow(decimals.saturating_sub(self.decimals));
        let coarser = 10_u128.pow(self.decimals.saturating_sub(decimals));
        u128::from(self.parts) * u128::from(day) * finer / coarser / u128::from(self.shares)
    }

    /// When event `index` is due, from 0 at time zero: evenly spaced, rounded down
    /// to the nanosecond, without cumulative error.
    pub fn due(self, index: u64) -> Duration {
        // index * step / parts, in two steps that both fit.
        let (index, parts) = (u128::from(index), u128::from(self.parts));
        let (whole, rest) = (self.step() / parts, self.step() % parts);
        let nanos = index
            .saturating_mul(whole)
            .saturating_add(index * rest / parts);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The number of events due before `end`: the lowest index whose [`Rate::due`]
    /// is not.
    pub fn count_before(self, end: Duration) -> u64 {
        // due(i) < end  <=>  floor(i*k/t) < end  <=>  i*k < end*t, k and t as below.
        let end = u64::try_from(end.as_nanos()).unwrap_or(u64::MAX);
        let events = (u128::from(end) * u128::from(self.parts)).div_ceil(self.step());
        u64::try_from(events).unwrap_or(u64::MAX)
    }

    /// The nanoseconds in which as many events are due as the rate has parts.
    fn step(self) -> u128 {
        self.parts_of_event()
            * u128::from(self.shares)
            * u128::from(self.unit.seconds())
            * 1_000_000_000
    }

    fn parts_of_event(self) -> u128 {
        10_u128.pow(self.decimals)
    }

    /// Parses a rate; `None` for `0/s`.
    pub(super) fn parse_or_zero(text: &str) -> Result<Option<Self>, InvalidQuantity> {
        let parsed = PerTime::parse(text)?;
        if parsed.number.parts == 0 {
            return Ok(None);
        }
        let rate = Self::exact(parsed).ok_or_else(|| PerTime::too_large(text))?;
        Ok(Some(rate))
    }

    /// `None` if it is too large.
    fn exact(parsed: PerTime) -> Option<Self> {
        let decimals = parsed.number.decimals.max(COARSE_DECIMALS);
        let parts = 10_u64.checked_pow(decimals - parsed.number.decimals)?;
        let rate = Self {
            parts: parsed.number.parts.checked_mul(parts)?,
            decimals,
            shares: 1,
            unit: parsed.unit,
        };
        (u128::from(rate.parts) < MAX_EVENTS * rate.parts_of_event()).then_some(rate)
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    match b {
        0 => a,
        _ => greatest_common_divisor(b, a % b),
    }
}

impl std::str::FromStr for Rate {
    type Err = InvalidQuantity;

    /// Parses `50/s`, `14.5/s`, `3000/min`, `100000/d`; `m` and `min` are minutes.
    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        Self::parse_or_zero(text)?.ok_or_else(|| InvalidQuantity::new("rate", text, ZERO))
    }
}

impl fmt::Display for Rate {
    /// With all its digits: `14.5/s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = self.parts_of_event();
        let (whole, rest) = (u128::from(self.parts) / one, u128::from(self.parts) % one);
        write!(f, "{whole}")?;
        if rest > 0 {
            let fraction = format!("{rest:0width$}", width = self.decimals as usize);
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        write!(f, "/{}", self.unit.name())?;
        match self.shares {
            1 => Ok(()),
            shares => write!(f, " divided by {shares}"),
        }
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_and_shown_as_written() {
        for text in [
            "50/s",
            "14.5/s",
            "3000/min",
            "100000/d",
            "0.001/h",
            "0.0015/s",
            "0.0004/s",
            "0.000000001/d",
            "14.0004/s",
            "1/h",
            "8999999999999.999/d",
        ] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for (text, shown) in [
            ("1e3/s", "1000/s"),
            ("1_000 / minute", "1000/min"),
            ("0.50/s", "0.5/s"),
        ] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn an_invalid_rate_is_refused_with_its_reason() {
        for text in ["fast", "-1/s", "50", "50/x", "inf/s", "nan/s", "", "/s"] {
            let why = text.parse::<Rate>().unwrap_err().to_string();
            assert!(
                why.contains("expected a number above 0 and a unit"),
                "{text}: {why}"
            );
        }
        for text in ["0/s", "0.000/min"] {
            let why = text.parse::<Rate>().unwrap_err().to_string();
            assert!(why.ends_with("expected a number above 0"), "{text}: {why}");
            assert_eq!(Rate::parse_or_zero(text), Ok(None));
        }
        for (text, reason) in [
            ("0.0000000001/s", "expected at most 9 decimals"),
            ("1e300/s", "expected at most 9000000000000"),
            ("9e12/s", "expected at most 9000000000000"),
        ] {
            let why = text.parse::<Rate>().unwrap_err().to_string();
            assert!(
                why.starts_with(&format!("invalid rate \"{text}\": {reason}")),
                "{why}"
            );
        }
    }

    #[test]
    fn a_slow_rate_is_due_when_it_was_written_to_be() {
        for (text, seconds) in [
            ("0.0015/s", 2_000.0_f64 / 3.0),
            ("0.0004/s", 2_500.0),
            ("1/h", 3_600.0),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert_eq!(rate.due(1), Duration::from_nanos((seconds * 1e9) as u64));
            assert_eq!(
                rate.due(3),
                Duration::from_secs((seconds * 3.0).round() as u64)
            );
            assert!((rate.hertz() * seconds - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn shares_of_a_rate_add_up_to_it() {
        for text in ["10/s", "1/h", "0.0015/s", "7/min"] {
            let rate: Rate = text.parse().unwrap();
            for of in [1, 2, 3, 7, 64] {
                let share = rate.share(of);
                assert!((share.hertz() * f64::from(of) - rate.hertz()).abs() < 1e-12);
                // Together, the shares are due when the whole is.
                for rounds in [1, 10, 1_000] {
                    assert_eq!(share.due(rounds), rate.due(rounds * u64::from(of)));
                }
            }
        }
        assert_eq!(
            "9/s".parse::<Rate>().unwrap().share(3),
            "3/s".parse().unwrap()
        );
        let third = "10/s".parse::<Rate>().unwrap().share(3);
        assert_eq!(third.to_string(), "10/s divided by 3");
    }

    #[test]
    fn the_count_before_a_moment_is_the_number_of_arrivals_before_it() {
        for text in ["3/s", "7/s", "14.5/s", "1000/min", "0.0015/s"] {
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
