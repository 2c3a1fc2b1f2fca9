//! Diagnoses the outcomes of a run: each diagnosis once, with the number of
//! messages and sessions that it explains.

use crate::analysis::diagnosis::{FailureCase, TargetContext, diagnose};
use crate::app::resolved_target::ResolvedTarget;
use crate::app::target_context::target_context;
use crate::engine::SessionFailure;
use crate::measure::{Measurements, OutcomeRow, OutcomeScope};
use crate::run::DiagnosisRecord;
use crate::scenario::Plan;
use crate::vocabulary::{Outcome, Phase};

/// The diagnoses of a run, most frequent first.
pub(super) fn diagnoses(
    plan: &Plan,
    resolved: &ResolvedTarget,
    measured: &Measurements,
) -> Vec<DiagnosisRecord> {
    let context = target_context(plan, resolved);
    let mut all: Vec<DiagnosisRecord> = Vec::new();
    for row in measured.outcomes().rows() {
        for found in of_row(row, &context) {
            let at = all.iter().position(|each| each.id == found.id);
            let at = at.unwrap_or_else(|| {
                all.push(found);
                all.len() - 1
            });
            match row.scope {
                OutcomeScope::Session => all[at].sessions += row.count,
                _ => all[at].messages += row.count,
            }
        }
    }
    all.sort_by_key(|each| std::cmp::Reverse((each.messages, each.sessions)));
    all
}

/// The advice of the diagnoses for a session that could not be opened.
pub(super) fn advice(refused: &SessionFailure, plan: &Plan, resolved: &ResolvedTarget) -> String {
    let context = target_context(plan, resolved);
    let cause = refused.cause.as_cause();
    let found = diagnose(&FailureCase::new(refused.outcome, cause, &context));
    let each = found.iter().map(|found| {
        let (title, advice) = (found.diagnosis.title, found.advice);
        format!("; {title}: {}", advice.trim_end_matches('.'))
    });
    each.collect()
}

fn of_row(row: &OutcomeRow, context: &TargetContext) -> Vec<DiagnosisRecord> {
    let Some(outcome) = row
        .outcome
        .filter(|outcome| is_reported(row.scope, *outcome))
    else {
        return Vec::new();
    };
    // A finding about the run reports it.
    if row.cause.phase == Some(Phase::Quit) {
        return Vec::new();
    }
    let found = diagnose(&FailureCase::new(outcome, row.cause.as_cause(), context));
    found.iter().map(DiagnosisRecord::from).collect()
}

/// Whether a row is diagnosed. Attempts are not, because their message is. Sessions
/// that the end of the run cuts off are not failures.
pub(super) fn is_reported(scope: OutcomeScope, outcome: Outcome) -> bool {
    match scope {
        OutcomeScope::Message => true,
        OutcomeScope::Attempt => false,
        OutcomeScope::Session => outcome != Outcome::Unsent,
    }
}
