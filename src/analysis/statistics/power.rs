//! What a number of runs can find.
//!
//! Measured by the test itself on simulated normal runs without a shift: what each of
//! these would have to be shifted by to be found is the end of its interval, so that
//! the shift found in 80 of 100 is a quantile of those ends.

use std::f64::consts::TAU;

use super::groups::{pairwise, walsh};
use crate::random::{above_zero, nth, uniform};

/// The sizes of the groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Design {
    /// Of base and new.
    Unpaired(usize, usize),
    /// The number of pairs.
    Paired(usize),
}

/// The probability with which the smallest visible shift is found.
const PROBABILITY: f64 = 0.8;

/// Simulated comparisons. With so many, the result is within 5 % of the true one.
const SIMULATED: u64 = 500;

/// From so many runs a side, the visible shift falls with the root of their number.
const MANY: usize = 25;

/// More runs than this are not worth counting.
const MOST_RUNS: u64 = 100_000;

impl Design {
    /// The smallest visible shift in standard deviations of a run (or a difference).
    pub(super) fn smallest_visible(self, alpha: f64) -> Option<f64> {
        let runs = self.runs_a_side();
        if runs > MANY as f64 {
            let visible = self.with_runs(MANY).simulated(alpha)?;
            return Some(visible * (MANY as f64 / runs).sqrt());
        }
        self.simulated(alpha)
    }

    /// The runs a side that make a shift of `size` standard deviations visible.
    pub(super) fn runs_needed(self, alpha: f64, size: f64) -> u64 {
        let visible = |runs: usize| self.with_runs(runs).smallest_visible(alpha);
        let at_many = visible(MANY).unwrap_or(f64::INFINITY);
        if at_many > size {
            let runs = MANY as f64 * (at_many / size).powi(2);
            return (runs.ceil() as u64).min(MOST_RUNS);
        }
        let enough = |runs: usize| visible(runs).is_some_and(|visible| visible <= size);
        let (mut few, mut many) = (1, MANY);
        while many - few > 1 {
            let middle = usize::midpoint(few, many);
            match enough(middle) {
                true => many = middle,
                false => few = middle,
            }
        }
        many as u64
    }

    /// The runs a side with which a p-value can be below `alpha`.
    pub(super) fn least_runs(self, alpha: f64) -> u64 {
        let is_enough = |runs: &usize| self.with_runs(*runs).least_p() < alpha;
        let found = (1..=MANY).find(is_enough);
        found.unwrap_or(MANY) as u64
    }

    /// The size of each of two equal groups that find as much.
    fn runs_a_side(self) -> f64 {
        match self {
            Self::Unpaired(base, new) => 2.0 / (1.0 / base as f64 + 1.0 / new as f64),
            Self::Paired(pairs) => pairs as f64,
        }
    }

    fn with_runs(self, runs: usize) -> Self {
        match self {
            Self::Unpaired(..) => Self::Unpaired(runs, runs),
            Self::Paired(_) => Self::Paired(runs),
        }
    }

    fn simulated(self, alpha: f64) -> Option<f64> {
        let rejected = self.rejected(alpha);
        let at = rejected.checked_sub(1)?;
        let mut shifts: Vec<f64> = (0..SIMULATED)
            .map(|number| {
                let mut differences = self.differences(number);
                let (_, end, _) = differences.select_nth_unstable_by(at, f64::total_cmp);
                -*end
            })
            .collect();
        shifts.sort_by(f64::total_cmp);
        Some(shifts[(PROBABILITY * SIMULATED as f64) as usize])
    }

    fn differences(self, number: u64) -> Vec<f64> {
        match self {
            Self::Unpaired(base, new) => {
                let runs = normal(number, base + new);
                pairwise(&runs[..base], &runs[base..])
            }
            Self::Paired(pairs) => walsh(&normal(number, pairs)),
        }
    }
}

/// Normal values (Box and Muller, "A Note on the Generation of Random Normal
/// Deviates", 1958).
fn normal(seed: u64, count: usize) -> Vec<f64> {
    let seed = nth(0x0070_6f77_6572, seed);
    let value = |index: u64| {
        let length = (-2.0 * above_zero(nth(seed, 2 * index)).ln()).sqrt();
        length * (TAU * uniform(nth(seed, 2 * index + 1))).cos()
    };
    (0..count as u64).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shift of a z-test with the efficiency of ranks, pi/3.
    fn of_theory(z_alpha: f64, variance: f64) -> f64 {
        const Z_80: f64 = 0.8416;
        (z_alpha + Z_80) * (variance * std::f64::consts::PI / 3.0).sqrt()
    }

    #[test]
    fn what_is_visible_agrees_with_the_theory_of_many_runs() {
        for (design, variance) in [
            (Design::Unpaired(20, 20), 2.0 / 20.0),
            (Design::Unpaired(40, 40), 2.0 / 40.0),
            (Design::Unpaired(30, 60), 1.0 / 30.0 + 1.0 / 60.0),
            (Design::Paired(20), 1.0 / 20.0),
            (Design::Paired(100), 1.0 / 100.0),
        ] {
            let found = design.smallest_visible(0.05).unwrap();
            let expected = of_theory(1.96, variance);
            assert!(
                (found / expected - 1.0).abs() < 0.08,
                "{design:?}: {found} {expected}"
            );
        }
    }

    #[test]
    fn so_few_runs_find_nothing_however_large() {
        assert_eq!(Design::Unpaired(3, 3).smallest_visible(0.05), None);
        assert!(Design::Unpaired(4, 4).smallest_visible(0.05).is_some());
        assert_eq!(Design::Paired(5).smallest_visible(0.05), None);
        assert!(Design::Paired(6).smallest_visible(0.05).is_some());
    }

    #[test]
    fn the_runs_needed_make_the_shift_visible_and_fewer_do_not() {
        for (alpha, size) in [(0.05, 2.0), (0.025, 1.2), (0.05, 0.9), (0.025, 0.3)] {
            for design in [Design::Unpaired(5, 5), Design::Paired(10)] {
                let runs = design.runs_needed(alpha, size) as usize;
                let visible = |runs| design.with_runs(runs).smallest_visible(alpha);
                assert!(visible(runs).is_some_and(|visible| visible <= size * 1.001));
                assert!(visible(runs - 1).is_none_or(|visible| visible > size));
            }
        }
        // However large the shift, some runs are needed to be sure of it.
        assert_eq!(Design::Unpaired(9, 9).runs_needed(0.05, 1e6), 4);
        assert_eq!(Design::Unpaired(9, 9).runs_needed(0.05, f64::INFINITY), 4);
        assert_eq!(Design::Unpaired(9, 9).runs_needed(0.05, 1e-9), MOST_RUNS);
    }
}
