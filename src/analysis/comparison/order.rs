//! Whether the order in which runs were made allows a decision.
//!
//! Runs that follow each other are alike, because the machine drifts: a measured series
//! has a lag-1 correlation of 0.6. Two blocks of runs, all of one group and then all of
//! the other, then differ though nothing changed. How much an order suffers from that
//! is known exactly: [`drift_factor`] is the variance of the difference of the groups'
//! means under such a drift, divided by what it is on average over all orders, which
//! is what a test by ranks takes for granted.
//!
//! Simulated with 5, 8, 10 and 20 runs a side, the test at 5 % calls equal groups
//! different in these percentages of trials, by the factor of their order:
//!
//! | factor | drift of correlation 0.6 | 0.9 | linear | one step |
//! |---|---|---|---|---|
//! | 0.3 to 0.6 (in turn) | 0 to 1 | 0 | 1 to 2 | 1 to 2 |
//! | 0.8 to 1.0 | 2 to 4 | 2 to 3 | 1 to 3 | 2 to 4 |
//! | 1.2 to 1.4 | 5 to 8 | 5 to 11 | 4 to 10 | 4 to 7 |
//! | 2.6 to 3.4 (two blocks) | 19 to 27 | 34 to 53 | 35 to 80 | 18 to 42 |

/// The correlation of a run with the next one.
const CORRELATION: f64 = 0.6;

/// Up to this factor, drift causes no more false alarms than the test admits.
const MOST_DRIFT: f64 = 1.0;

/// The group of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// What is compared with.
    Base,
    /// What is compared.
    New,
}

/// Whether drift causes no more false alarms in this order than in a random one. Runs
/// that were left out keep their place, as `None`.
pub(crate) fn is_interleaved(order: &[Option<Group>]) -> bool {
    drift_factor(order) <= MOST_DRIFT
}

/// How far drift spreads the difference of the groups in this order, against the
/// average order. With an empty group it is infinite.
fn drift_factor(order: &[Option<Group>]) -> f64 {
    let number = |group| order.iter().filter(|each| **each == Some(group)).count() as f64;
    let (base, new) = (number(Group::Base), number(Group::New));
    if base == 0.0 || new == 0.0 {
        return f64::INFINITY;
    }
    let runs = order.iter().enumerate();
    let weights: Vec<(usize, f64)> = runs
        .filter_map(|(place, group)| match group.as_ref()? {
            Group::Base => Some((place, -1.0 / base)),
            Group::New => Some((place, 1.0 / new)),
        })
        .collect();
    let (mut variance, mut correlations) = (0.0, 0.0);
    for (at, (place, weight)) in weights.iter().enumerate() {
        variance += weight * weight;
        for (earlier, other) in &weights[..at] {
            let correlation = CORRELATION.powf((place - earlier) as f64);
            variance += 2.0 * weight * other * correlation;
            correlations += correlation;
        }
    }
    let pairs = weights.len() * (weights.len() - 1) / 2;
    let mean_correlation = correlations / pairs as f64;
    variance / ((1.0 / base + 1.0 / new) * (1.0 - mean_correlation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: &str) -> Vec<Option<Group>> {
        let group = |letter| match letter {
            'B' => Some(Group::Base),
            'N' => Some(Group::New),
            _ => None,
        };
        text.chars().map(group).collect()
    }

    #[test]
    fn blocks_are_refused_and_runs_in_turn_are_not() {
        for (text, interleaved) in [
            ("BNBNBNBNBN", true),
            ("BNNBBNNBBN", true),
            ("NBBNBNNBNB", true),
            ("BBNNBBNNBBNN", true),
            // A pair in which one run was left out.
            ("BN.BNBNBNNBBN", true),
            ("BBBBBNNNNN", false),
            ("NNNNNNNNBBBBBBBB", false),
            ("BBBNNNBBBNNN", false),
            ("BBBBNNNNNNNNBBBB", false),
            // In turn only at the end.
            ("BBBBBBBBNNNNNNNBN", false),
            ("BBBBB", false),
            ("", false),
        ] {
            assert_eq!(is_interleaved(&order(text)), interleaved, "{text}");
        }
    }

    /// The average over all orders is what the test takes for granted.
    #[test]
    fn the_factor_is_one_on_average() {
        let (mut sum, mut orders) = (0.0, 0);
        for bits in 0_u32..1 << 8 {
            if bits.count_ones() != 4 {
                continue;
            }
            let group = |at: u32| match bits >> at & 1 {
                0 => Some(Group::Base),
                _ => Some(Group::New),
            };
            sum += drift_factor(&(0..8).map(group).collect::<Vec<_>>());
            orders += 1;
        }
        assert_eq!(orders, 70);
        assert!((sum / f64::from(orders) - 1.0).abs() < 1e-12);
    }
}
