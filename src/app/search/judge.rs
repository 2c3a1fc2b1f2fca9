//! What the search takes from a finished run: whether the step held, and the signs of
//! what limits it.
//!
//! A step holds if every threshold is met and 99 % of its messages start in time. A
//! threshold that is missed beyond doubt decides, also where another is in doubt.

use super::watch::StepWatch;
use crate::analysis::search::{Doubt, StepOutcome, StepResult, Throttled};
use crate::run::{FindingRecord, Finished, Record};
use crate::text::figures;
use crate::vocabulary::{FigureValue, Metric, Span};

/// A run that was taken as a step, or that ends the search.
#[derive(Debug)]
pub(in crate::app) enum Judged {
    /// A step.
    Step {
        /// What the search takes.
        result: StepResult,
        /// The reason for its outcome, for people.
        reason: String,
    },
    /// No later step can do better: why.
    Stop(String),
}

/// The facts of the step that the run folder does not hold.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) struct Asked<'a> {
    /// What was seen while it went on.
    pub(in crate::app) watch: &'a StepWatch,
    /// The rate of the schedule, in its unit, per second.
    pub(in crate::app) offered: f64,
    /// Units of the rate in one message.
    pub(in crate::app) per_message: f64,
    /// The length of the warm-up.
    pub(in crate::app) warm_up_s: f64,
}

/// Messages that may not start in time, as a share.
const NOT_IN_TIME: f64 = 0.01;

/// Findings by which the generator or its machine is the limit.
const OF_GENERATOR: [&str; 6] = [
    "late",
    "stalled",
    "generator_busy",
    "machine_busy",
    "files_exhausted",
    "ports_exhausted",
];

/// Those of them by which a backlog is the generator's: it had no means to serve its
/// sessions. One that was only late for a moment still has them.
const STARVED: [&str; 4] = [
    "generator_busy",
    "machine_busy",
    "files_exhausted",
    "ports_exhausted",
];

/// Judges a run.
pub(in crate::app) fn judge(run: &Finished, asked: Asked<'_>) -> Judged {
    let record = &run.record;
    let waited = has(record, "few_sessions") || asked.watch.given_up.is_some();
    let outcome = match outcome(record, asked.watch, waited) {
        Ok(outcome) => outcome,
        Err(why) => return Judged::Stop(why),
    };
    let (outcome, reason) = outcome;
    let throttling = asked.watch.first_throttled_s.and_then(|first_s| {
        let throttled = Throttled {
            offered: asked.offered,
            first_s,
            from_s: asked.warm_up_s,
            to_s: asked.warm_up_s + record.window_s,
            accepted: record.rate.goodput_per_s * record.window_s * asked.per_message,
        };
        throttled.throttling()
    });
    let result = StepResult {
        outcome,
        throttling,
        throttled: asked.watch.first_throttled_s.is_some(),
        waited,
        sessions_refused: record.sessions.failed > 0,
        service_us: service(run),
    };
    Judged::Step { result, reason }
}

/// The outcome and its reason; an error ends the search.
fn outcome(
    record: &Record,
    watch: &StepWatch,
    waited: bool,
) -> Result<(StepOutcome, String), String> {
    let Some(verdict) = &record.verdict else {
        return Err("the run of a step did not start".to_owned());
    };
    let starved = |codes: &[&str]| {
        let mut findings = record.health.iter();
        findings.find(|finding| codes.contains(&finding.code.as_str()))
    };
    let by_generator = |finding: &FindingRecord| {
        let reason = finding.code.replace('_', " ");
        (StepOutcome::Inconclusive(Doubt::Generator), reason)
    };
    if let Some((seconds, waiting)) = watch.given_up {
        if let Some(found) = starved(&STARVED) {
            return Ok(by_generator(found));
        }
        let reason = format!("given up after {seconds} s: {waiting} messages waited");
        return Ok((StepOutcome::Failed, reason));
    }
    let doubts = || {
        record
            .health
            .iter()
            .filter(|each| each.severity == "inconclusive")
    };
    let whole = ["ledger", "mock_differs", "mock_silent", "stopped_early"];
    if let Some(found) = doubts().find(|finding| whole.contains(&finding.code.as_str())) {
        return Err(found.text.clone());
    }
    let missed = verdict
        .thresholds
        .iter()
        .find(|check| !check.met && !check.in_doubt);
    if let Some(missed) = missed {
        let reason = format!("{}: {}", missed.threshold, missed.value);
        return Ok((StepOutcome::Failed, reason));
    }
    if let Some(found) = doubts().find(|finding| is_generators(finding)) {
        return Ok(by_generator(found));
    }
    if doubts().next().is_some() {
        let doubted = verdict.thresholds.iter().find(|check| check.in_doubt);
        let of = doubted.map(|check| format!(" for {}", check.threshold));
        let reason = format!("too few messages{}", of.unwrap_or_default());
        return Ok((StepOutcome::Inconclusive(Doubt::FewSamples), reason));
    }
    let share = record.rate.achieved_share.unwrap_or(1.0);
    let missing = (1.0 - share) * record.window.scheduled as f64;
    if share < 1.0 - NOT_IN_TIME && missing >= 1.5 {
        let codes = if waited { &STARVED[..] } else { &OF_GENERATOR };
        if let Some(found) = starved(codes) {
            return Ok(by_generator(found));
        }
        let reason = format!("{} not started in time", figures::share(1.0 - share));
        return Ok((StepOutcome::Failed, reason));
    }
    let first = verdict.thresholds.first();
    let reason = first.map(|check| format!("{}: {}", check.threshold, check.value));
    Ok((StepOutcome::Held, reason.unwrap_or_default()))
}

fn is_generators(finding: &FindingRecord) -> bool {
    OF_GENERATOR.contains(&finding.code.as_str())
}

fn has(record: &Record, code: &str) -> bool {
    record.health.iter().any(|finding| finding.code == code)
}

/// The median service time of accepted messages.
fn service(run: &Finished) -> Option<f64> {
    let service = Metric::Span(Span::Service);
    let line = run.summary.iter().find(|line| line.metric == service)?;
    match line.p50 {
        FigureValue::Value(us) | FigureValue::Above(us) => Some(us),
        FigureValue::Empty => None,
    }
}

#[cfg(test)]
mod tests;
