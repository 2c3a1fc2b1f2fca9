//! Confidence interval of a quantile from order statistics, for any distribution.
//!
//! Of `n` independent values, each lies above the true `q`-quantile with
//! probability `1 - q`. How many do is binomial, so that two ranks enclose the
//! quantile with a known confidence (David and Nagaraja, Order Statistics,
//! section 7.1). With too few values one of the ranks does not exist: no measured
//! value bounds the quantile on that side.

/// Error probability of each bound: a confidence of 99 %, the rest split equally.
const ERROR: f64 = 0.005;

/// Ranks, from 1, of the values that enclose a quantile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ranks {
    /// Lower bound; none if no value is certain enough to lie below.
    pub(super) low: Option<u64>,
    /// Upper bound; none if no value is certain enough to lie above.
    pub(super) high: Option<u64>,
}

impl Ranks {
    /// The ranks for the `q`-quantile (0 < q < 1) of `n` values.
    pub(super) fn of_quantile(n: u64, q: f64) -> Self {
        let mut ranks = Self {
            low: None,
            high: None,
        };
        let total = n as f64;
        let odds = ((1.0 - q) / q).ln();
        // Log of the probability that exactly `above` values lie above the
        // quantile: 0.99 to the power of 100,000 underflows.
        let mut exactly = total * q.ln();
        let mut at_most = 0.0;
        for above in 0..n {
            at_most += exactly.exp();
            // The value of this rank is below the quantile if at most `above` lie above.
            if at_most <= ERROR {
                ranks.high = Some(n - above);
            }
            // It is above the quantile if more than `above` do.
            if at_most >= 1.0 - ERROR {
                ranks.low = Some(n - above);
                break;
            }
            let left = (total - above as f64) / (above as f64 + 1.0);
            exactly += left.ln() + odds;
        }
        ranks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest number of values that bounds the quantile.
    fn least(q: f64, side: impl Fn(Ranks) -> Option<u64>) -> u64 {
        let mut all = 1..10_000;
        let found = all.find(|n| side(Ranks::of_quantile(*n, q)).is_some());
        found.unwrap()
    }

    #[test]
    fn the_largest_value_bounds_a_quantile_only_if_it_is_sure_to_lie_above() {
        // ln(0.005) / ln(q), rounded up.
        for (q, values) in [
            (0.5, 8),
            (0.9, 51),
            (0.95, 104),
            (0.99, 528),
            (0.999, 5_296),
        ] {
            assert_eq!(least(q, |ranks| ranks.high), values, "{q}");
        }
        assert_eq!(least(0.5, |ranks| ranks.low), 8);
        assert_eq!(least(0.99, |ranks| ranks.low), 2);
    }

    /// The textbook's interval for a median: sums of binomial coefficients.
    #[test]
    fn ranks_of_a_median_are_those_of_the_binomial_distribution() {
        // Of 2^10 patterns, 1 has no value above the median and 10 have one:
        // 1 is at most 5.12, 11 are not.
        let expected = Ranks {
            low: Some(1),
            high: Some(10),
        };
        assert_eq!(Ranks::of_quantile(10, 0.5), expected);
        // Of 2^20, at most 3 above: 1 + 20 + 190 + 1140 = 1351 of 5242.88; at
        // most 4: 6196.
        let expected = Ranks {
            low: Some(4),
            high: Some(17),
        };
        assert_eq!(Ranks::of_quantile(20, 0.5), expected);
    }

    #[test]
    fn many_values_enclose_a_quantile_as_the_normal_distribution_says() {
        let ranks = Ranks::of_quantile(1_000_000, 0.99);
        // 2.576 standard deviations of 99.5 values.
        let (low, high) = (ranks.low.unwrap(), ranks.high.unwrap());
        assert!((989_740..=989_748).contains(&low), "{low}");
        assert!((990_253..=990_261).contains(&high), "{high}");
    }
}
