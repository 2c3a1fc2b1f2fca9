//! Draws one of several alternatives by weight.

use std::sync::Arc;

use crate::random;

/// The sum of a hundred million of these is still finite.
const HEAVIEST: f64 = 1e300;

/// Whether the number is a valid weight.
pub(crate) fn is_weight(weight: f64) -> bool {
    weight > 0.0 && weight < HEAVIEST
}

/// Draws one of several, each in proportion to its weight. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Weighted {
    /// Cumulative sums of the weights.
    sums: Arc<[f64]>,
}

impl Weighted {
    /// `weights` are above zero; at least one.
    pub(super) fn new(weights: impl Iterator<Item = f64>) -> Self {
        let sums = weights.scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// The index that the random bits draw.
    pub(super) fn pick(&self, bits: u64) -> usize {
        let Some(last) = self.sums.len().checked_sub(1) else {
            return 0;
        };
        let at = random::uniform(bits) * self.sums[last];
        self.sums[..last].partition_point(|sum| *sum <= at)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::random::{Draw, bits};

    /// Pearson's statistic of counts against the expected ones.
    pub(in crate::message) fn chi_square(counts: &[u64], weights: &[f64]) -> f64 {
        let drawn: u64 = counts.iter().sum();
        let total: f64 = weights.iter().sum();
        let cells = counts.iter().zip(weights).map(|(count, weight)| {
            let expected = drawn as f64 * weight / total;
            (*count as f64 - expected).powi(2) / expected
        });
        cells.sum()
    }

    #[test]
    fn each_is_drawn_in_proportion_to_its_weight() {
        let weights = [70.0, 25.0, 4.5, 0.5];
        let weighted = Weighted::new(weights.into_iter());
        for seed in 1..=20 {
            let mut counts = [0; 4];
            for index in 0..20_000 {
                counts[weighted.pick(bits(seed, Draw::Size, index))] += 1;
            }
            // One sample in 100,000 is above this, with 3 degrees of freedom; the seeds
            // are the same every time.
            assert!(chi_square(&counts, &weights) < 25.9, "{counts:?}");
        }
    }

    #[test]
    fn the_first_and_the_last_are_in_reach_and_nothing_beyond() {
        let weighted = Weighted::new([1.0, 1e-300, 1.0].into_iter());
        assert_eq!(weighted.pick(0), 0);
        assert_eq!(weighted.pick(u64::MAX), 2);
        assert_eq!(Weighted::new([3.0].into_iter()).pick(u64::MAX), 0);
    }

    #[test]
    fn picks_of_a_seed_stay_the_same() {
        let weighted = Weighted::new([70.0, 25.0, 4.5, 0.5].into_iter());
        let picked: Vec<usize> = (0..20)
            .map(|index| weighted.pick(bits(42, Draw::Size, index)))
            .collect();
        #[rustfmt::skip]
        let expected = [
            0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
        ];
        assert_eq!(picked, expected);
    }
}
