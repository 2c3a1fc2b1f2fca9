//! Quantiles of a distribution that is read from a file, and its curve on an axis of
//! percentiles.

use std::time::Duration;

/// Durations in ascending order, and how often each was measured.
pub(crate) type Values = [(Duration, u64)];

pub(crate) fn total(values: &Values) -> u64 {
    values.iter().map(|(_, count)| count).sum()
}

/// The value at a quantile, in microseconds, as HdrHistogram has it.
pub(crate) fn at(values: &Values, q: f64) -> Option<f64> {
    at_rank(values, (total(values) as f64 * q).ceil() as u64)
}

/// The value with that rank from 1, in microseconds; the last one beyond the end.
pub(crate) fn at_rank(values: &Values, rank: u64) -> Option<f64> {
    let (rank, mut below) = (rank.max(1), 0);
    let value = values.iter().find(|(_, count)| {
        below += count;
        below >= rank
    });
    value
        .or(values.last())
        .map(|(value, _)| value.as_nanos() as f64 / 1e3)
}

/// The end of the axis for so many values: the number of nines that they show.
pub(crate) fn nines_of(total: u64) -> f64 {
    (total as f64).log10().max(1.0)
}

/// The curve from the lowest value to `to` nines, in so many steps.
pub(crate) fn curve(values: &Values, to: f64, steps: u32) -> Vec<(f64, Option<f64>)> {
    let places = (0..=steps).map(|step| to * f64::from(step) / f64::from(steps));
    places
        .map(|x| (x, at(values, 1.0 - 10_f64.powf(-x))))
        .collect()
}

/// The distributions of several runs together: their histograms are added.
pub(crate) fn merged<'a>(all: impl IntoIterator<Item = &'a Values>) -> Vec<(Duration, u64)> {
    let mut sum: Vec<(Duration, u64)> = all.into_iter().flatten().copied().collect();
    sum.sort_unstable_by_key(|(value, _)| *value);
    sum.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        if is_same {
            kept.1 = kept.1.saturating_add(next.1);
        }
        is_same
    });
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(values: impl IntoIterator<Item = u64>) -> Vec<(Duration, u64)> {
        let values = values.into_iter();
        values.map(|ms| (Duration::from_millis(ms), 1)).collect()
    }

    #[test]
    fn a_quantile_of_the_curve_is_the_value_with_so_many_at_or_below_it() {
        let values = values(1..=100);
        assert_eq!(at(&values, 0.99), Some(99_000.0));
        assert_eq!(at(&values, 0.0), Some(1_000.0));
        assert_eq!(at(&values, 1.0), Some(100_000.0));
        assert_eq!(at(&[], 0.5), None);
    }

    /// The p99 of a fast run is 1 ms and that of a slow one 100 ms; of both it is not
    /// their mean.
    #[test]
    fn a_quantile_of_several_runs_is_that_of_all_their_messages() {
        let (fast, slow) = (values([1; 198]), values([100]));
        let sum = merged([fast.as_slice(), slow.as_slice()]);
        assert_eq!(sum.len(), 2);
        assert_eq!(at(&sum, 0.99), Some(1_000.0));
        assert_eq!(total(&sum), 199);
    }
}
