//! A measured distribution, small enough for a repository.
//!
//! It is a piecewise linear quantile function: pairs of a quantile from 0 to 1
//! and the delay there, written `[[0, "18ms"], [0.5, "30ms"], [1, "320ms"]]`.
//! Two pairs with the same quantile are a step.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::units::duration;

/// Maximum error of the interpolation: this share of the delay, or [`COARSE`] if
/// that is more.
const SHARE: f64 = 0.01;

/// Nanoseconds that do not matter: less than a machine's wake-up latency.
const COARSE: f64 = 10_000.0;

/// Maximum delay of a log-normal or recorded distribution: an hour.
pub(super) const LONGEST: Duration = Duration::from_secs(3600);

/// Quantiles are written with six decimals.
const QUANTILE_STEPS: f64 = 1e6;

/// A measured distribution of delays.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    points: Vec<(f64, Duration)>,
}

impl Recorded {
    /// The distribution of `measured` delays, each with its count, in any order;
    /// `None` without delays. It keeps as few pairs as are needed for every
    /// quantile to be within 1 % or 10 us.
    #[must_use]
    pub fn of_counts(measured: impl IntoIterator<Item = (Duration, u64)>) -> Option<Recorded> {
        let mut measured: Vec<_> = measured.into_iter().filter(|(_, n)| *n > 0).collect();
        measured.sort_unstable();
        let all: u64 = measured.iter().map(|(_, count)| count).sum();
        let mut below = 0;
        let mut steps = Vec::with_capacity(2 * measured.len());
        for (delay, count) in measured {
            let quantile = |n: u64| (n as f64 / all as f64 * QUANTILE_STEPS).round();
            steps.push((quantile(below), nanos(delay)));
            below += count;
            steps.push((quantile(below), nanos(delay)));
        }
        let points = few(&steps).into_iter().map(|(quantile, nanos)| {
            // Rounded to the microsecond, to be readable.
            let delay = Duration::from_micros((nanos / 1e3).round() as u64);
            (quantile / QUANTILE_STEPS, delay)
        });
        let points: Vec<_> = points.collect();
        (!points.is_empty()).then_some(Recorded { points })
    }

    /// The delay at `quantile`.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Duration {
        let above = self.points.partition_point(|(q, _)| *q <= quantile);
        let (Some(&(q0, low)), Some(&(q1, high))) = (
            self.points.get(above.wrapping_sub(1)),
            self.points.get(above),
        ) else {
            let end = if above == 0 {
                self.points.first()
            } else {
                self.points.last()
            };
            return end.map_or(Duration::ZERO, |(_, delay)| *delay);
        };
        low + high
            .saturating_sub(low)
            .mul_f64((quantile - q0) / (q1 - q0))
    }

    /// The pairs.
    #[must_use]
    pub fn points(&self) -> &[(f64, Duration)] {
        &self.points
    }

    /// Whether it is a valid quantile function.
    pub(super) fn is_sound(&self) -> bool {
        let ends = self.points.first().zip(self.points.last());
        let rises = |pair: &[(f64, Duration)]| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1;
        ends.is_some_and(|(first, last)| first.0 == 0.0 && last.0 == 1.0 && last.1 <= LONGEST)
            && self.points.windows(2).all(rises)
    }
}

fn nanos(delay: Duration) -> f64 {
    delay.min(LONGEST).as_nanos() as f64
}

/// Removes every step that linear interpolation between the kept neighbours
/// approximates well enough. One pass: from each kept step a range of allowed
/// slopes, which each further step narrows.
fn few(steps: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = steps.first().copied().into_iter().collect();
    let (mut lowest, mut highest) = (f64::NEG_INFINITY, f64::INFINITY);
    for (i, &(quantile, delay)) in steps.iter().enumerate().skip(1) {
        let Some(&(from, start)) = kept.last() else {
            break;
        };
        let allowed = (delay * SHARE).max(COARSE);
        let (run, rise) = (quantile - from, delay - start);
        let fits = match run > 0.0 {
            true => (lowest..=highest).contains(&(rise / run)),
            false => rise <= allowed,
        };
        if fits && run > 0.0 {
            lowest = lowest.max((rise - allowed) / run);
            highest = highest.min((rise + allowed) / run);
        } else if !fits {
            // A line to the previous step was allowed: the next one begins there.
            let (from, start) = steps[i - 1];
            if kept.last() != steps.get(i - 1) {
                kept.push((from, start));
            }
            let (run, rise) = (quantile - from, delay - start);
            (lowest, highest) = (f64::NEG_INFINITY, f64::INFINITY);
            if run > 0.0 {
                (lowest, highest) = ((rise - allowed) / run, (rise + allowed) / run);
            } else {
                kept.push((quantile, delay));
            }
        }
    }
    if steps.len() > 1 && kept.last() != steps.last() {
        kept.extend(steps.last());
    }
    kept
}

impl Serialize for Recorded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = self.points.iter();
        serializer
            .collect_seq(written.map(|(quantile, delay)| (*quantile, duration::format(*delay))))
    }
}

impl<'de> Deserialize<'de> for Recorded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Vec::<(f64, String)>::deserialize(deserializer)?;
        let points = written.into_iter().map(|(quantile, delay)| {
            let delay = duration::parse(&delay).map_err(serde::de::Error::custom)?;
            Ok((quantile, delay))
        });
        let points = points.collect::<Result<_, _>>()?;
        Ok(Recorded { points })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// 1,000 different delays, far apart at the upper end.
    fn curve() -> Vec<(Duration, u64)> {
        let delay = |i: u32| 8e6 / f64::from(1001 - i).sqrt();
        (0..1000)
            .map(|i| (Duration::from_nanos(delay(i) as u64 + 2_000_000), 1))
            .collect()
    }

    #[test]
    fn keeps_every_quantile_within_one_percent_with_few_pairs() {
        let measured = curve();
        let recorded = Recorded::of_counts(measured.clone()).unwrap();
        assert!(recorded.is_sound());
        assert!(recorded.points().len() < 60, "{}", recorded.points().len());
        for (i, (delay, _)) in measured.iter().enumerate() {
            let middle = (i as f64 + 0.5) / 1000.0;
            let kept = recorded.quantile(middle).as_secs_f64();
            let error = (kept / delay.as_secs_f64() - 1.0).abs();
            // 10 us of 2 ms and more, and the microsecond of the rounding.
            assert!(error < 0.0105, "{i}: {error}");
        }
    }

    #[test]
    fn keeps_a_jump_a_jump() {
        let recorded = Recorded::of_counts([(ms(200), 5), (ms(10), 95)]).unwrap();
        let expected = [
            (0.0, ms(10)),
            (0.95, ms(10)),
            (0.95, ms(200)),
            (1.0, ms(200)),
        ];
        assert_eq!(recorded.points(), expected);
        assert_eq!(recorded.quantile(0.949), ms(10));
        assert_eq!(recorded.quantile(0.951), ms(200));
    }

    #[test]
    fn one_value_is_a_distribution_and_none_is_not() {
        let recorded = Recorded::of_counts([(ms(3), 1)]).unwrap();
        assert_eq!(recorded.points(), [(0.0, ms(3)), (1.0, ms(3))]);
        for quantile in [0.0, 0.3, 1.0] {
            assert_eq!(recorded.quantile(quantile), ms(3));
        }
        assert_eq!(Recorded::of_counts([(ms(3), 0)]), None);
    }

    #[test]
    fn a_line_between_two_pairs_is_straight() {
        let points = vec![(0.0, ms(10)), (0.5, ms(20)), (1.0, ms(40))];
        let recorded = Recorded { points };
        assert_eq!(recorded.quantile(0.25), ms(15));
        assert_eq!(recorded.quantile(0.5), ms(20));
        assert_eq!(recorded.quantile(0.75), ms(30));
        assert_eq!(recorded.quantile(1.0), ms(40));
    }
}
