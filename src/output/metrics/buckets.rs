//! A histogram with fixed buckets, in seconds, made from the fine histograms of each
//! second. A value on the edge of a bucket may be counted in its neighbour: the fine
//! ones have three significant digits.

use crate::measure::Histogram;

/// Upper bounds of the buckets, in seconds; one without a bound follows.
pub(super) const BOUNDS: [f64; 16] = [
    0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0,
];

/// Number of values by bucket, and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Buckets {
    counts: [u64; BOUNDS.len() + 1],
    sum_s: f64,
}

impl Buckets {
    /// Adds every value of a histogram in nanoseconds.
    pub(super) fn add(&mut self, histogram: Option<&Histogram>) {
        for each in histogram.into_iter().flat_map(Histogram::iter_recorded) {
            let nanos = histogram.map_or(0, |all| all.median_equivalent(each.value_iterated_to()));
            let (seconds, count) = (nanos as f64 / 1e9, each.count_at_value());
            self.counts[BOUNDS.partition_point(|bound| *bound < seconds)] += count;
            self.sum_s += seconds * count as f64;
        }
    }

    /// Number of values.
    pub(super) fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Sum of the values, in seconds.
    pub(super) const fn sum_s(&self) -> f64 {
        self.sum_s
    }

    /// Each bucket's upper bound and its own number of values.
    pub(super) fn each(&self) -> Vec<(f64, u64)> {
        let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
        bounds.zip(self.counts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(nanos: &[u64]) -> Histogram {
        let mut histogram = Histogram::new(3).unwrap();
        nanos
            .iter()
            .for_each(|value| histogram.record(*value).unwrap());
        histogram
    }

    #[test]
    fn every_value_is_in_the_first_bucket_that_holds_it() {
        let mut buckets = Buckets::default();
        buckets.add(None);
        assert_eq!((buckets.count(), buckets.sum_s()), (0, 0.0));
        buckets.add(Some(&histogram(&[1, 3_000_000, 3_100_000])));
        buckets.add(Some(&histogram(&[3_600_000_000_000, 4_000_000])));
        let full: Vec<_> = buckets
            .each()
            .into_iter()
            .filter(|each| each.1 > 0)
            .collect();
        assert_eq!(full, [(0.0002, 1), (0.005, 3), (f64::INFINITY, 1)]);
        assert_eq!(buckets.count(), 5);
        assert!((buckets.sum_s() / 3600.0101 - 1.0).abs() < 1e-3);
    }

    #[test]
    fn bounds_increase() {
        assert!(BOUNDS.is_sorted());
    }
}
