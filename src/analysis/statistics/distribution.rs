//! Exact distributions of rank statistics under the hypothesis of no shift.
//!
//! Both are counts of sums: of the ranks in a group of a given size (every choice of
//! the group is as likely), and of the ranks with a positive sign (every choice of the
//! signs is). They are counted by dynamic programming, which takes ties as they are.

/// The shares of all choices whose sum is at most, and at least, the one observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tails {
    /// Sums up to the observed one.
    pub(crate) lower: f64,
    /// Sums from the observed one.
    pub(crate) upper: f64,
}

impl Tails {
    /// The p-value of a test for a shift in either direction.
    pub(crate) fn two_sided(self) -> f64 {
        (2.0 * self.lower.min(self.upper)).min(1.0)
    }
}

/// How many choices have each sum.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    counts: Vec<f64>,
    all: f64,
}

impl Sums {
    /// Of `size` ranks out of these.
    pub(super) fn of_groups(ranks: &[usize], size: usize) -> Self {
        let mut ranks = ranks.to_vec();
        ranks.sort_unstable();
        // The largest possible sum bounds the table.
        let largest: usize = ranks.iter().rev().take(size).sum();
        let mut counts = vec![vec![0.0; largest + 1]; size + 1];
        counts[0][0] = 1.0;
        let mut reach = 0;
        for (taken, rank) in ranks.iter().enumerate() {
            reach = (reach + rank).min(largest);
            for number in (1..=size.min(taken + 1)).rev() {
                // The row of fewer ranks is not yet changed for this one.
                let (fewer, same) = counts.split_at_mut(number);
                let sums = same[0][..=reach].iter_mut().skip(*rank);
                for (with, without) in sums.zip(&fewer[number - 1]) {
                    *with += without;
                }
            }
        }
        Self::new(counts.pop().unwrap_or_default())
    }

    /// Of the ranks with a positive sign.
    pub(super) fn of_signs(ranks: &[usize]) -> Self {
        let mut counts = vec![0.0; ranks.iter().sum::<usize>() + 1];
        counts[0] = 1.0;
        for rank in ranks {
            for sum in (*rank..counts.len()).rev() {
                counts[sum] += counts[sum - rank];
            }
        }
        Self::new(counts)
    }

    fn new(counts: Vec<f64>) -> Self {
        let all = counts.iter().sum();
        Self { counts, all }
    }

    /// The shares of the sums on either side of `sum`.
    pub(super) fn tails(&self, sum: usize) -> Tails {
        let share = |counts: &[f64]| counts.iter().sum::<f64>() / self.all;
        Tails {
            lower: share(&self.counts[..=sum]),
            upper: share(&self.counts[sum..]),
        }
    }

    /// The number of sums, from the smallest possible one, whose share together is
    /// below `level`: those that a test rejects on that side.
    pub(super) fn rejected_below(&self, level: f64) -> usize {
        // Levels such as (1 - 0.9) / 2 differ from the share that they mean by a
        // rounding error.
        let level = level * (1.0 - 1e-9);
        let mut share = 0.0;
        let possible = self.counts.iter().skip_while(|count| **count == 0.0);
        let rejected = possible.take_while(|count| {
            share += *count / self.all;
            share < level
        });
        rejected.count()
    }

    /// The share of the smallest possible sum.
    pub(super) fn smallest_share(&self) -> f64 {
        let smallest = self.counts.iter().find(|count| **count > 0.0);
        smallest.map_or(1.0, |count| count / self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_counts_once() {
        // 1+2, 1+3, 1+4, 2+3, 2+4, 3+4.
        let sums = Sums::of_groups(&[1, 2, 3, 4], 2);
        assert_eq!(sums.counts, [0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 1.0, 1.0]);
        let signs = Sums::of_signs(&[1, 2, 3]);
        assert_eq!(signs.counts, [1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0]);
        let tails = signs.tails(5);
        assert_eq!((tails.lower, tails.upper), (7.0 / 8.0, 2.0 / 8.0));
        assert_eq!(tails.two_sided(), 0.5);
    }

    #[test]
    fn a_sum_is_rejected_only_if_its_whole_tail_is_below_the_level() {
        let sums = Sums::of_groups(&(1..=6).collect::<Vec<_>>(), 3);
        assert_eq!(sums.smallest_share(), 0.05);
        let rejected = |level| sums.rejected_below(level);
        assert_eq!((rejected(0.05), rejected(0.051), rejected(0.1)), (0, 1, 1));
        assert_eq!(rejected(0.11), 2);
    }
}
