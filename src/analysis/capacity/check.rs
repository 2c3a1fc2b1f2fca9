//! A planned figure beside what a verification found, and whether both agree.
//!
//! What is found by trials differs from trial to trial. Both agree if the mean of the
//! trials is as near to the planned figure as its standard error allows, and beyond that
//! within what the planned figure leaves out: one in 10,000 figures disagrees by chance.

use serde::{Deserialize, Serialize};

/// The fewest trials that show a spread, and the most that are made.
pub(super) const FEWEST: u32 = 5;
pub(super) const MOST: u32 = 20;

/// Standard errors within which the mean of 5 to 20 trials agrees: the quantile 0.99995
/// of Student's distribution with one degree of freedom less (Hald, "Statistical Tables
/// and Formulas", 1952; recomputed).
const STANDARD_ERRORS: [f64; 16] = [
    15.544, 11.178, 9.082, 7.885, 7.120, 6.594, 6.211, 5.921, 5.694, 5.513, 5.363, 5.239, 5.134,
    5.044, 4.966, 4.897,
];

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// Recipients.
    Recipients,
    /// A part of all.
    Share,
    /// Seconds that are shown as hours.
    Hours,
    /// Seconds that are shown as a latency.
    Latency,
}

/// How the planned figure binds what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Relation {
    /// Both are the same.
    Equal,
    /// What is found is not above it.
    AtMost,
}

/// A planned figure and what was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Check {
    /// What it is about, for people.
    pub(crate) figure: String,
    /// What both count.
    pub(crate) unit: Unit,
    /// How they relate.
    pub(crate) relation: Relation,
    /// As planned; none: it does not happen.
    pub(crate) planned: Option<f64>,
    /// As found, the mean of the trials; none: it did not happen.
    pub(crate) found: Option<f64>,
    /// By how much both may differ.
    pub(crate) tolerance: f64,
    /// Whether they do not differ more.
    pub(crate) agrees: bool,
}

impl Check {
    /// Compares a planned figure with those of trials. `beyond` is what the planned
    /// figure leaves out.
    pub(super) fn of_trials(
        figure: impl Into<String>,
        unit: Unit,
        planned: Option<f64>,
        found: &[Option<f64>],
        beyond: f64,
    ) -> Self {
        let values: Vec<f64> = found.iter().copied().flatten().collect();
        let (mean, tolerance) = mean_and_tolerance(&values);
        let tolerance = tolerance + beyond;
        let all_have_it = values.len() == found.len();
        let agrees = match planned {
            Some(planned) if all_have_it => (mean - planned).abs() <= tolerance,
            Some(_) => !values.is_empty(),
            None => !all_have_it,
        };
        Self {
            figure: figure.into(),
            unit,
            relation: Relation::Equal,
            planned,
            // Where only some trials have the figure, it is on the edge: both are right.
            found: (2 * values.len() > found.len()).then_some(mean),
            tolerance,
            agrees,
        }
    }

    /// Compares what one run found with the figures of simulated runs like it.
    pub(crate) fn of_run(
        figure: impl Into<String>,
        unit: Unit,
        relation: Relation,
        simulated: &[f64],
        found: Option<f64>,
        beyond: f64,
    ) -> Self {
        let (mean, tolerance) = mean_and_tolerance(simulated);
        // The run spreads like each of the simulated ones, not like their mean.
        let runs = simulated.len() as f64;
        let tolerance = tolerance * (runs + 1.0).sqrt() + beyond;
        let differs = |found: f64| match relation {
            Relation::Equal => (found - mean).abs(),
            Relation::AtMost => found - mean,
        };
        Self {
            figure: figure.into(),
            unit,
            relation,
            planned: Some(mean),
            found,
            tolerance,
            agrees: found.is_some_and(|found| differs(found) <= tolerance),
        }
    }
}

/// The mean, and by how much it may be off; one value is exact.
fn mean_and_tolerance(values: &[f64]) -> (f64, f64) {
    let number = values.len() as f64;
    let mean = values.iter().sum::<f64>() / number.max(1.0);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let variance = squares / (number - 1.0).max(1.0);
    let error = (variance / number.max(1.0)).sqrt();
    let place = values.len().saturating_sub(FEWEST as usize);
    let errors = STANDARD_ERRORS[place.min(STANDARD_ERRORS.len() - 1)];
    (mean, errors * error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials(planned: Option<f64>, found: &[Option<f64>], beyond: f64) -> Check {
        Check::of_trials("figure", Unit::Share, planned, found, beyond)
    }

    #[test]
    fn trials_agree_within_their_spread_and_what_the_plan_leaves_out() {
        let found = [9.0, 11.0, 10.0, 10.0, 10.0].map(Some);
        // A standard deviation of 0.707, a standard error of 0.316, a tolerance of 4.92.
        let check = trials(Some(14.8), &found, 0.0);
        assert_eq!((check.found, check.agrees), (Some(10.0), true));
        assert!(!trials(Some(15.0), &found, 0.0).agrees);
        assert!(trials(Some(15.0), &found, 0.1).agrees);
        assert!(!trials(Some(5.0), &found, 0.0).agrees);
        assert!(!trials(None, &found, 9.0).agrees);
    }

    #[test]
    fn what_does_not_happen_agrees_with_nothing_planned() {
        assert!(trials(None, &[None, None], 0.0).agrees);
        assert!(!trials(Some(5.0), &[None, None], 9.0).agrees);
        let edge = [Some(5.0), None, None];
        assert_eq!(trials(None, &edge, 0.0).found, None);
        assert!(trials(None, &edge, 0.0).agrees && trials(Some(6.0), &edge, 0.0).agrees);
    }

    #[test]
    fn a_run_spreads_like_the_simulated_ones() {
        let simulated = [9.0, 11.0, 10.0, 10.0, 10.0];
        let run = |relation, found| {
            Check::of_run("figure", Unit::Latency, relation, &simulated, found, 0.0).agrees
        };
        // 4.92 times the root of 6.
        assert!(run(Relation::Equal, Some(22.0)) && !run(Relation::Equal, Some(22.1)));
        assert!(run(Relation::AtMost, Some(-9.0)) && !run(Relation::Equal, Some(-9.0)));
        assert!(!run(Relation::AtMost, None));
        let limit = |found| {
            Check::of_run(
                "figure",
                Unit::Latency,
                Relation::AtMost,
                &[1.0],
                found,
                0.0,
            )
            .agrees
        };
        assert!(limit(Some(1.0)) && !limit(Some(1.01)));
    }
}
