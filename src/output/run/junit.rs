//! The verdict for CI, as JUnit reads it: a case for each threshold. Missed is a
//! failure; in doubt, or not decided at all, is an error.

use std::io::{self, Write};

use super::Exporter;
use crate::output::junit::{self, Case, Element, Problem, Suite};
use crate::run::{Finished, Record};

/// Writes JUnit XML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Junit;

impl Exporter<Finished> for Junit {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        let suite = Suite {
            name: run.record.scenario.name.clone(),
            cases: cases(&run.record),
        };
        junit::write("sesbench run", &[suite], to)
    }
}

/// CI must not read a run as passed that has no verdict, or one that is inconclusive
/// although no threshold is in doubt.
fn cases(record: &Record) -> Vec<Case> {
    let Some(verdict) = &record.verdict else {
        return vec![undecided(
            "the run has no verdict: it is unfinished".to_owned(),
        )];
    };
    let is_inconclusive = verdict.decision == "inconclusive";
    let checks = verdict.thresholds.iter().map(|check| {
        let text = format!("{}: {}", check.threshold, check.value);
        let problem = match (check.in_doubt, check.met) {
            (true, _) if is_inconclusive => Some(Problem::inconclusive(format!(
                "{text}, in doubt: {}",
                reasons(record)
            ))),
            (_, false) => Some(Problem {
                element: Element::Failure,
                kind: "missed",
                text,
            }),
            (_, true) => None,
        };
        Case {
            name: check.threshold.clone(),
            problem,
        }
    });
    let mut cases: Vec<_> = checks.collect();
    let is_error = |case: &Case| {
        let problem = case.problem.as_ref();
        problem.is_some_and(|problem| problem.element == Element::Error)
    };
    if is_inconclusive && !cases.iter().any(is_error) {
        cases.push(undecided(reasons(record)));
    }
    cases
}

fn undecided(text: String) -> Case {
    Case {
        name: "verdict".to_owned(),
        problem: Some(Problem::inconclusive(text)),
    }
}

/// Why the run is inconclusive.
fn reasons(record: &Record) -> String {
    let findings = record.health.iter();
    let findings = findings.filter(|finding| finding.severity == "inconclusive");
    let reasons: Vec<_> = findings
        .map(|finding| format!("{}: {}", finding.code, finding.text))
        .collect();
    reasons.join("; ")
}
