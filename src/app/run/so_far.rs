//! What can be found out about a run while it is under way, a line each: thresholds
//! that it misses so far, the most frequent refusal, and findings about the run itself.
//!
//! Nothing is decided here. What only the end of a run shows, such as whether counts
//! add up, is left out; the end examines everything again.

use std::time::Duration;

use super::diagnoses::is_reported;
use super::journal::BusySeconds;
use super::wrap_up::{pace, stalls};
use crate::analysis::diagnosis::{FailureCase, TargetContext, diagnose};
use crate::analysis::health::{Busy, Notice, Observations, examine};
use crate::analysis::verdict::{Figure, Threshold, samples_needed};
use crate::app::resolved_target::ResolvedTarget;
use crate::app::target_context::target_context;
use crate::measure::{Measurements, OutcomeRow};
use crate::scenario::Plan;
use crate::text::words::count;
use crate::vocabulary::{FigureValue, Outcome};

/// Examines a run each second.
pub(super) struct SoFar {
    plan: Plan,
    context: TargetContext,
}

impl SoFar {
    pub(super) fn new(plan: &Plan, resolved: &ResolvedTarget) -> Self {
        Self {
            plan: plan.clone(),
            context: target_context(plan, resolved),
        }
    }

    /// The findings, the most important ones first.
    pub(super) fn findings(&self, measured: &Measurements, seconds: &BusySeconds) -> Vec<String> {
        let thresholds = self.plan.thresholds.iter();
        let missed = thresholds.filter_map(|threshold| missed(threshold, measured));
        missed
            .chain(self.refusal(measured))
            .chain(self.health(measured, seconds))
            .collect()
    }

    fn health(&self, measured: &Measurements, seconds: &BusySeconds) -> Vec<String> {
        let (plan, counts) = (&self.plan, measured.counts());
        let seen = Observations {
            waited: counts.window.waited,
            held: counts.window.held,
            // No window of a threshold counts as missing before the end.
            lasted: Duration::MAX,
            pace_per_s: pace(plan),
            peak_per_s: plan.peak_per_s(),
            sessions: plan.load.sessions.get(),
            sessions_opened: counts.sessions.opened,
            sessions_failed: counts.sessions.failed,
            workers: plan.workers(),
            generator_busy: share(seconds.generator),
            machine_busy: share(seconds.machine),
            generator_seconds: seconds.generator,
            machine_seconds: seconds.machine,
            stalls: stalls(measured),
            ..Observations::default()
        };
        let found = examine(&seen, &plan.thresholds, &[], measured);
        // More samples come.
        let found = found
            .iter()
            .filter(|each| !matches!(each.notice, Notice::FewSamples { .. }));
        found
            .map(|each| format!("{}: {}", each.code(), each.notice))
            .collect()
    }

    /// The most frequent way in which messages or sessions ended badly, and what it
    /// means.
    fn refusal(&self, measured: &Measurements) -> Option<String> {
        let rows = measured.outcomes().rows();
        let bad = rows.filter_map(|row| Some((row, bad_outcome(row)?)));
        let (row, outcome) = bad.max_by_key(|(row, _)| row.count)?;
        let case = FailureCase::new(outcome, row.cause.as_cause(), &self.context);
        let found = diagnose(&case);
        let meaning = found
            .first()
            .map(|found| format!("{}: ", found.diagnosis.title));
        let cause = row.cause.as_cause();
        let code = cause
            .code
            .map(|code| format!("{code} "))
            .unwrap_or_default();
        Some(format!(
            "{}{} {}, {code}{}",
            meaning.unwrap_or_default(),
            count(row.count),
            outcome.name(),
            cause.text
        ))
    }
}

/// The mean share of the seconds so far. CPU time and the clock are not read at the same
/// moment, so that it can exceed the whole by a little.
fn share(seconds: Busy) -> Option<f64> {
    seconds.mean().map(|share| share.min(1.0))
}

fn bad_outcome(row: &OutcomeRow) -> Option<Outcome> {
    let outcome = row.outcome?;
    (outcome != Outcome::Accepted && is_reported(row.scope, outcome)).then_some(outcome)
}

/// A threshold that would be missed if the run ended now, unless only because values
/// or time are missing.
fn missed(threshold: &Threshold, measured: &Measurements) -> Option<String> {
    let subject = threshold.subject();
    let source = subject.source(measured)?;
    let value = match subject.figure {
        Figure::Latency(metric, statistic) => {
            let enough = source.count(metric) >= samples_needed(statistic)?;
            enough.then(|| subject.measure(measured))?
        }
        // Those that have no outcome yet may still be accepted.
        Figure::Outcome(Outcome::Accepted) if !threshold.is_upper_bound() => {
            let others = Outcome::ALL.iter().copied();
            let others = others.filter(|outcome| *outcome != Outcome::Accepted);
            let failed: u64 = others.map(|outcome| source.outcome(outcome)).sum();
            FigureValue::Value(1.0 - failed as f64 / source.scheduled().max(1) as f64)
        }
        Figure::Outcome(_) if threshold.is_upper_bound() => subject.measure(measured),
        _ => return None,
    };
    let value = (value != FigureValue::Empty && !threshold.admits(value)).then_some(value)?;
    let shown = threshold.figure().text(value);
    Some(format!("missed so far: {threshold} ({shown})"))
}
