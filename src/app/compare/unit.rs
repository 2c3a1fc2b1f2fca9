//! The unit of a comparison: a run, or the runs of a job. Its value is the median of its
//! runs'.

use super::doubt;
use crate::analysis::statistics::median;
use crate::analysis::verdict::Figure;
use crate::run::Finished;
use crate::vocabulary::{FigureValue, Metric, Outcome};

/// A run, or the runs of a job; at least one.
#[derive(Clone, Debug)]
pub(super) struct Unit<'a> {
    runs: Vec<&'a Finished>,
}

impl<'a> Unit<'a> {
    /// The runs of a job.
    pub(super) fn of_runs(runs: impl IntoIterator<Item = &'a Finished>) -> Self {
        let runs = runs.into_iter().collect();
        Self { runs }
    }

    pub(super) fn runs(&self) -> impl Iterator<Item = &'a Finished> {
        self.runs.iter().copied()
    }

    /// The value of a figure, without the runs in which it is in doubt; none if it is in
    /// all of them.
    pub(super) fn value(&self, figure: Figure) -> Option<FigureValue> {
        let sound = self
            .runs()
            .filter(|run| !doubt::figures(run).contains(&figure));
        let values: Vec<FigureValue> = sound.map(|run| run.figure(figure)).collect();
        (!values.is_empty()).then(|| middle(values))
    }

    /// The share of all its messages with an outcome.
    pub(super) fn share(&self, outcome: Outcome) -> f64 {
        let windows = self.runs().map(|run| &run.record.window);
        let (with, all) = windows.fold((0, 0), |(with, all): (u64, u64), window| {
            let of_run = window.outcomes.of(outcome);
            (
                with.saturating_add(of_run),
                all.saturating_add(window.scheduled),
            )
        });
        with as f64 / all.max(1) as f64
    }

    /// The number of values of a metric in the run that has the fewest.
    pub(super) fn fewest(&self, metric: Metric) -> u64 {
        let counts = self
            .runs()
            .map(|run| run.line(metric).map_or(0, |line| line.count));
        counts.min().unwrap_or(0)
    }
}

/// The median. It is empty if any value is, and above the largest known value if it lies
/// among those that are longer than any.
fn middle(values: Vec<FigureValue>) -> FigureValue {
    if values.contains(&FigureValue::Empty) {
        return FigureValue::Empty;
    }
    let above = values.iter().filter_map(|value| match value {
        FigureValue::Above(known) => Some(*known),
        FigureValue::Empty | FigureValue::Value(_) => None,
    });
    let above = above.fold(None, |most: Option<f64>, known| {
        Some(most.map_or(known, |most| most.max(known)))
    });
    let longest = |value: &FigureValue| value.number().unwrap_or(f64::INFINITY);
    match (median(values.iter().map(longest).collect()), above) {
        (Some(value), _) if value.is_finite() => FigureValue::Value(value),
        (_, Some(known)) => FigureValue::Above(known),
        _ => FigureValue::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_a_job_knows_what_is_not_known() {
        use FigureValue::{Above, Empty, Value};
        for (values, expected) in [
            (vec![Value(7.0)], Value(7.0)),
            (vec![Above(7.0)], Above(7.0)),
            (vec![Value(9.0), Value(1.0), Value(4.0)], Value(4.0)),
            (vec![Value(2.0), Value(1.0)], Value(1.5)),
            // Longer than any.
            (vec![Above(0.5), Value(1.0), Value(4.0)], Value(4.0)),
            (vec![Above(0.5), Value(1.0)], Above(0.5)),
            (vec![Above(0.5), Above(3.0), Value(1.0)], Above(3.0)),
            (vec![Value(1.0), Empty, Value(4.0)], Empty),
        ] {
            assert_eq!(middle(values.clone()), expected, "{values:?}");
        }
    }
}
