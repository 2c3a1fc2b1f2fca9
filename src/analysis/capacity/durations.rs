//! A distribution of durations: one value, or what runs measured.

use std::time::Duration;

use crate::random;

/// Durations, and how often each occurs. Never empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Durations {
    /// Nanoseconds in ascending order, with the number of values up to each.
    values: Vec<(u64, u64)>,
    mean_s: f64,
}

impl Durations {
    /// Always the same.
    pub(crate) fn constant(value: Duration) -> Self {
        Self {
            values: vec![(nanos(value), 1)],
            mean_s: value.as_secs_f64(),
        }
    }

    /// From values and their counts, in any order, as of several runs together;
    /// `None` if there are no values.
    pub(crate) fn from_counts(counts: impl IntoIterator<Item = (Duration, u64)>) -> Option<Self> {
        let mut counts: Vec<(u64, u64)> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(value, count)| (nanos(value), count))
            .collect();
        counts.sort_unstable();
        let (mut total, mut sum) = (0_u64, 0.0);
        for (value, count) in &mut counts {
            sum += *value as f64 * *count as f64;
            total = total.saturating_add(*count);
            *count = total;
        }
        (total > 0).then(|| Self {
            values: counts,
            mean_s: sum / total as f64 / 1e9,
        })
    }

    /// The mean, in seconds.
    pub(crate) const fn mean_s(&self) -> f64 {
        self.mean_s
    }

    /// The value that a share `q` of the values does not exceed, in seconds.
    pub(crate) fn quantile_s(&self, q: f64) -> f64 {
        let rank = (q * self.count() as f64).ceil() as u64;
        let at = self.values.partition_point(|(_, upto)| *upto < rank);
        self.values
            .get(at)
            .map_or(0.0, |(value, _)| *value as f64 / 1e9)
    }

    /// The values in ascending order, each with its count.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (Duration, u64)> + '_ {
        let before = std::iter::once(0).chain(self.values.iter().map(|(_, upto)| *upto));
        let values = self.values.iter().zip(before);
        values.map(|((value, upto), before)| (Duration::from_nanos(*value), upto - before))
    }

    /// Number of values it was made from.
    pub(crate) fn count(&self) -> u64 {
        self.values.last().map_or(0, |(_, count)| *count)
    }

    /// The value for random bits, in nanoseconds.
    pub(super) fn draw(&self, bits: u64) -> u64 {
        let rank = random::up_to(self.count().saturating_sub(1), bits);
        let at = self.values.partition_point(|(_, upto)| *upto <= rank);
        self.values.get(at).map_or(0, |(value, _)| *value)
    }
}

fn nanos(value: Duration) -> u64 {
    u64::try_from(value.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_drawn_as_often_as_they_occur() {
        let ms = Duration::from_millis;
        let all = Durations::from_counts([(ms(30), 1), (ms(10), 3)]).unwrap();
        assert_eq!((all.mean_s(), all.count()), (0.015, 4));
        let draws = (0..4).map(|quarter| all.draw(quarter << 62) / 1_000_000);
        assert_eq!(draws.collect::<Vec<_>>(), [10, 10, 10, 30]);
        assert_eq!((all.quantile_s(0.75), all.quantile_s(0.76)), (0.01, 0.03));
        assert_eq!(all.counts().collect::<Vec<_>>(), [(ms(10), 3), (ms(30), 1)]);
        assert_eq!(Durations::from_counts([(ms(1), 0)]), None);
        assert_eq!(Durations::constant(ms(7)).draw(u64::MAX), 7_000_000);
    }
}
