//! The prices of SES, for an estimate before a run.
//!
//! Source: "Amazon SES pricing" for us-east-1, second-hand. Prices change, and
//! differ by region and contract, so every result is an estimate. The scenario can
//! set its own price.

/// The date of the price list of [`PRICES`].
pub(crate) const PRICE_LIST_OF: &str = "2026-07-22";

/// The price for sending in one of SES's plans, in US dollars. Monthly fees are
/// not included: they do not depend on a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Price {
    /// Amazon's name of the plan.
    pub name: &'static str,
    /// Up to this number of recipients per month (`None`: no limit), the price for
    /// 1,000 of them; in ascending order.
    pub tiers: &'static [(Option<u64>, f64)],
    /// The price of a gigabyte of attachments.
    pub per_gb: f64,
}

/// Every plan of SES.
pub(crate) const PRICES: [Price; 4] = [
    Price {
        name: "a la carte",
        tiers: &[(None, 0.10)],
        per_gb: 0.12,
    },
    // The default for new accounts.
    Price {
        name: "Essentials",
        tiers: &[
            (Some(10_000_000), 0.16),
            (Some(100_000_000), 0.14),
            (None, 0.11),
        ],
        per_gb: 0.0,
    },
    Price {
        name: "Pro",
        tiers: &[
            (Some(10_000_000), 0.22),
            (Some(100_000_000), 0.17),
            (None, 0.12),
        ],
        per_gb: 0.0,
    },
    Price {
        name: "Enterprise",
        tiers: &[
            (Some(10_000_000), 0.23),
            (Some(100_000_000), 0.18),
            (None, 0.13),
        ],
        per_gb: 0.0,
    },
];

impl Price {
    /// The cost for recipients, as the first of their month, and the total bytes of
    /// their messages. All bytes count as attachments, so the estimate errs high.
    pub(crate) fn cost(&self, recipients: u64, bytes: u64) -> f64 {
        let mut below = 0;
        let mut cost = bytes as f64 / 1e9 * self.per_gb;
        for (up_to, per_1000) in self.tiers {
            let here = recipients.min(up_to.unwrap_or(u64::MAX));
            cost += here.saturating_sub(below) as f64 / 1_000.0 * per_1000;
            below = here;
        }
        cost
    }
}

/// Name and cost of the cheapest and of the most expensive plan.
pub(crate) fn cost_range(recipients: u64, bytes: u64) -> [(&'static str, f64); 2] {
    let costs = PRICES.map(|price| (price.name, price.cost(recipients, bytes)));
    let by_cost = |a: &(&str, f64), b: &(&str, f64)| a.1.total_cmp(&b.1);
    let first = costs[0];
    [
        costs.into_iter().min_by(by_cost).unwrap_or(first),
        costs.into_iter().max_by(by_cost).unwrap_or(first),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(cost: f64, expected: f64) {
        assert!((cost - expected).abs() < 1e-9, "{cost} is not {expected}");
    }

    #[test]
    fn a_thousand_recipients_cost_what_the_list_says() {
        let costs = PRICES.map(|price| price.cost(1_000, 0));
        for (cost, expected) in costs.into_iter().zip([0.10, 0.16, 0.22, 0.23]) {
            assert_near(cost, expected);
        }
    }

    #[test]
    fn recipients_beyond_a_tier_cost_what_the_next_one_does() {
        let [_, essentials, ..] = PRICES;
        assert_near(essentials.cost(10_000_000, 0), 1_600.0);
        assert_near(essentials.cost(10_001_000, 0), 1_600.14);
        assert_near(
            essentials.cost(200_000_000, 0),
            1_600.0 + 12_600.0 + 11_000.0,
        );
    }

    #[test]
    fn a_la_carte_counts_attachments_which_can_make_it_the_dearest() {
        let [least, most] = cost_range(1_000, 0);
        assert_eq!((least.0, most.0), ("a la carte", "Enterprise"));
        let [least, most] = cost_range(1_000, 40_000_000_000);
        assert_eq!((least.0, most.0), ("Essentials", "a la carte"));
        assert_near(most.1, 0.10 + 4.80);
    }

    #[test]
    fn the_last_tier_of_every_plan_has_no_end() {
        for price in PRICES {
            let ends: Vec<_> = price.tiers.iter().map(|(up_to, _)| *up_to).collect();
            assert_eq!(ends.iter().filter(|end| end.is_none()).count(), 1);
            assert_eq!(ends.last(), Some(&None), "{}", price.name);
        }
    }
}
