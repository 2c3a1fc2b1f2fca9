//! Two groups of runs, and what is asked of them.

use super::distribution::{Sums, Tails};
use super::power::Design;
use super::ranks::{doubled_midranks, median};

/// One figure of each run of two groups, on a scale on which a shift is a difference.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Groups {
    /// Runs without partners, neither group empty.
    Unpaired {
        /// Of the base.
        base: Vec<f64>,
        /// Of what is compared with it.
        new: Vec<f64>,
    },
    /// For each pair of runs, new minus base; at least one pair.
    Paired(Vec<f64>),
}

/// An interval that holds the shift with some confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    /// Its lower end.
    pub(crate) low: f64,
    /// Its upper end.
    pub(crate) high: f64,
    /// The confidence that was asked for.
    pub(crate) confidence: f64,
    /// Whether so many runs can give that confidence at all. If not, the interval is
    /// the range of all differences, and its confidence is lower.
    pub(crate) is_attained: bool,
}

impl Groups {
    /// The tails of the exact test for no shift: the upper one is small where the new
    /// figures are larger.
    ///
    /// Pairs without a difference keep their rank and have no sign (Pratt, "Remarks on
    /// Zeros and Ties in the Wilcoxon Signed Rank Procedures", 1959).
    pub(crate) fn tails(&self) -> Tails {
        match self {
            Self::Unpaired { base, new } => {
                let ranks = doubled_midranks(&[new.as_slice(), base].concat());
                let (of_new, _) = ranks.split_at(new.len());
                Sums::of_groups(&ranks, new.len()).tails(of_new.iter().sum())
            }
            Self::Paired(differences) => {
                let sizes: Vec<_> = differences.iter().map(|each| each.abs()).collect();
                let ranked = doubled_midranks(&sizes);
                let ranked = ranked.into_iter().zip(differences);
                let signed: Vec<_> = ranked.filter(|(_, each)| **each != 0.0).collect();
                let ranks: Vec<_> = signed.iter().map(|(rank, _)| *rank).collect();
                let positive = signed.iter().filter(|(_, each)| **each > 0.0);
                Sums::of_signs(&ranks).tails(positive.map(|(rank, _)| rank).sum())
            }
        }
    }

    /// The shift of new against base: the median of all differences, or of all means
    /// of two of the paired ones (Hodges and Lehmann).
    pub(crate) fn shift(&self) -> f64 {
        median(self.differences()).expect("neither group is empty")
    }

    /// The shifts that the test at this confidence does not reject. With ties, which
    /// the limits do not use, it holds the shift more often than that.
    pub(crate) fn interval(&self, confidence: f64) -> Interval {
        let mut sorted = self.differences();
        sorted.sort_by(f64::total_cmp);
        let rejected = self.design().rejected(1.0 - confidence);
        let at = rejected.saturating_sub(1);
        Interval {
            low: sorted[at],
            high: sorted[sorted.len() - 1 - at],
            confidence,
            is_attained: rejected > 0 || self.design().least_p() <= (1.0 - confidence) + 1e-9,
        }
    }

    /// The standard deviation of a run within its group, or of the difference of a
    /// pair, in a way that single outliers do not matter: from the median distance of
    /// two (Shamos, "Geometry and Statistics", 1976). None with fewer than two runs in
    /// both groups.
    pub(crate) fn spread(&self) -> Option<f64> {
        let mut distances = Vec::new();
        let mut add = |values: &[f64]| {
            for (at, a) in values.iter().enumerate() {
                distances.extend(values[..at].iter().map(|b| (a - b).abs()));
            }
        };
        match self {
            Self::Unpaired { base, new } => {
                add(base);
                add(new);
            }
            Self::Paired(differences) => add(differences),
        }
        Some(NORMAL_PER_DISTANCE * median(distances)?)
    }

    /// The smallest shift that a test at `alpha` finds with 80 % probability in so many
    /// runs of this spread. None where so few runs can find none, however large.
    pub(crate) fn smallest_visible(&self, alpha: f64) -> Option<f64> {
        Some(self.spread()? * self.design().smallest_visible(alpha)?)
    }

    /// How many runs on each side, or pairs, a test at `alpha` takes to find a shift of
    /// `size` with 80 % probability. None without a spread to judge by.
    pub(crate) fn runs_needed(&self, alpha: f64, size: f64) -> Option<u64> {
        Some(self.design().runs_needed(alpha, size / self.spread()?))
    }

    /// The least p-value that so many runs can have.
    pub(crate) fn least_p(&self) -> f64 {
        self.design().least_p()
    }

    /// The runs on each side, or the pairs, that it takes for a p-value below `alpha`.
    pub(crate) fn least_runs(&self, alpha: f64) -> u64 {
        self.design().least_runs(alpha)
    }

    fn design(&self) -> Design {
        match self {
            Self::Unpaired { base, new } => Design::Unpaired(base.len(), new.len()),
            Self::Paired(differences) => Design::Paired(differences.len()),
        }
    }

    fn differences(&self) -> Vec<f64> {
        match self {
            Self::Unpaired { base, new } => pairwise(base, new),
            Self::Paired(differences) => walsh(differences),
        }
    }
}

/// The median distance of two normal values is 0.9539 standard deviations.
const NORMAL_PER_DISTANCE: f64 = 1.048_358;

impl Design {
    /// The distribution of the test without ties.
    fn sums(self) -> Sums {
        match self {
            Self::Unpaired(base, new) => {
                Sums::of_groups(&(1..=base + new).collect::<Vec<_>>(), new)
            }
            Self::Paired(pairs) => Sums::of_signs(&(1..=pairs).collect::<Vec<_>>()),
        }
    }

    /// The sums that a two-sided test at `alpha` rejects on each side.
    pub(super) fn rejected(self, alpha: f64) -> usize {
        self.sums().rejected_below(alpha / 2.0)
    }

    pub(super) fn least_p(self) -> f64 {
        (2.0 * self.sums().smallest_share()).min(1.0)
    }
}

/// All differences of new and base.
pub(super) fn pairwise(base: &[f64], new: &[f64]) -> Vec<f64> {
    let of = |new: &f64| base.iter().map(|base| new - base).collect::<Vec<_>>();
    new.iter().flat_map(of).collect()
}

/// The Walsh averages: the means of every two values, and the values themselves.
pub(super) fn walsh(values: &[f64]) -> Vec<f64> {
    let up_to = |at: usize| values[..=at].iter().map(move |other| (at, *other));
    let pairs = (0..values.len()).flat_map(up_to);
    pairs
        .map(|(at, other)| f64::midpoint(values[at], other))
        .collect()
}
