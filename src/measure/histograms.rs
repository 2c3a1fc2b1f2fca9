//! A histogram for each metric that has values.

use crate::vocabulary::Metric;

/// Nanoseconds, 3 significant digits, up to an hour.
pub(crate) type Histogram = hdrhistogram::Histogram<u64>;

/// One hour, in nanoseconds: longer times count as this long.
const LONGEST: u64 = 3_600_000_000_000;

/// Precision, in significant decimal digits.
const SIGNIFICANT_DIGITS: u8 = 3;

/// A histogram for each metric, created at the metric's first value.
#[derive(Clone, Debug)]
pub struct Histograms([Option<Histogram>; Metric::COUNT]);

impl Default for Histograms {
    fn default() -> Self {
        Self(std::array::from_fn(|_| None))
    }
}

impl Histograms {
    /// Records a time in nanoseconds.
    pub fn record(&mut self, metric: impl Into<Metric>, nanos: u64) {
        // Cannot fail: the histogram grows to any value up to i64::MAX / 2.
        let _ = self.entry(metric.into()).record(nanos.min(LONGEST));
    }

    /// The histogram of one metric; none if it has no values.
    pub fn of(&self, metric: impl Into<Metric>) -> Option<&Histogram> {
        let histogram = self.0[metric.into().index()].as_ref();
        histogram.filter(|histogram| !histogram.is_empty())
    }

    /// All histograms with values, in the order of `summary.csv`.
    pub fn iter(&self) -> impl Iterator<Item = (Metric, &Histogram)> {
        Metric::all().filter_map(|metric| Some((metric, self.of(metric)?)))
    }

    /// Adds all values of another one.
    pub fn add(&mut self, other: &Self) {
        for (metric, histogram) in other.iter() {
            self.add_one(metric, histogram);
        }
    }

    /// Adds one metric's values.
    pub(super) fn add_one(&mut self, metric: Metric, histogram: &Histogram) {
        // Cannot fail: the histogram grows to the range of the other one.
        let _ = self.entry(metric).add(histogram);
    }

    /// Clears the values and keeps the memory.
    pub(super) fn reset(&mut self) {
        self.0.iter_mut().flatten().for_each(|histogram| {
            if !histogram.is_empty() {
                histogram.reset();
            }
        });
    }

    fn entry(&mut self, metric: Metric) -> &mut Histogram {
        self.0[metric.index()].get_or_insert_with(empty)
    }
}

/// Nanoseconds as microseconds: the unit of all CSV files.
pub(crate) fn microseconds(nanos: u64) -> f64 {
    nanos as f64 / 1e3
}

/// A histogram that grows with its values. With the full range it would take 270 KB,
/// for 30 metrics, three times for each worker.
fn empty() -> Histogram {
    Histogram::new(SIGNIFICANT_DIGITS).expect("3 significant digits are valid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{Phase, Span};

    #[test]
    fn a_metric_without_values_has_no_histogram() {
        let mut histograms = Histograms::default();
        assert!(histograms.of(Phase::Mail).is_none());
        histograms.record(Phase::Mail, 1_000);
        histograms.reset();
        assert!(histograms.of(Phase::Mail).is_none());
    }

    #[test]
    fn longer_than_an_hour_counts_as_an_hour() {
        let mut histograms = Histograms::default();
        histograms.record(Span::Response, u64::MAX);
        let histogram = histograms.of(Span::Response).unwrap();
        assert!(histogram.equivalent(histogram.max(), LONGEST));
    }

    #[test]
    fn adding_keeps_every_value_whatever_the_sizes() {
        let (mut small, mut large) = (Histograms::default(), Histograms::default());
        small.record(Phase::Tls, 10);
        large.record(Phase::Tls, 50_000_000);
        let mut sum = Histograms::default();
        sum.add(&small);
        sum.add(&large);
        sum.add(&small);
        let sum = sum.of(Phase::Tls).unwrap();
        assert_eq!((sum.len(), sum.count_at(10), sum.min()), (3, 2, 10));
    }
}
