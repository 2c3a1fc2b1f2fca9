//! Whether a run can be compared: not if its findings put all of it in doubt, or a
//! figure that the series decides about.
//!
//! A doubt about a threshold on another figure leaves the run as it is: that its p99.9
//! has too few values changes nothing about its median.

use super::carry_out::ended_by_threshold;
use crate::analysis::verdict::{Figure, Severity, Threshold};
use crate::run::{Finished, Status};

/// Findings after which a run is another one than was asked for.
const OF_THE_WHOLE_RUN: [&str; 3] = ["ledger", "mock_differs", "mock_silent"];

/// The finding about a run that a ceiling, or a reason to give up, cut short.
const STOPPED_EARLY: &str = "stopped_early";

/// Why the run is not compared; none if it is.
pub(super) fn doubt(finished: &Finished, decided: &[Figure]) -> Option<String> {
    let record = &finished.record;
    let is_whole = record.status == Status::Finished || ended_by_threshold(finished);
    let Some(verdict) = record.verdict.as_ref().filter(|_| is_whole) else {
        return Some("it did not end as planned".to_owned());
    };
    let inconclusive = Severity::Inconclusive { threshold: None }.name();
    let of_all = record.health.iter().find(|finding| {
        let is_doubted = OF_THE_WHOLE_RUN.contains(&finding.code.as_str());
        let is_short = finding.code == STOPPED_EARLY && !ended_by_threshold(finished);
        is_short || is_doubted && finding.severity == inconclusive
    });
    if let Some(finding) = of_all {
        return Some(finding.text.clone());
    }
    let mut in_doubt = verdict.thresholds.iter().filter(|check| check.in_doubt);
    let figure = in_doubt.find_map(|check| {
        let threshold: Threshold = check.threshold.parse().ok()?;
        let is_decided = threshold.period().is_none() && decided.contains(&threshold.figure());
        is_decided.then(|| threshold.figure())
    })?;
    let named = |finding: &&crate::run::FindingRecord| {
        finding.severity == inconclusive && finding.text.contains(&figure.to_string())
    };
    let finding = record.health.iter().find(named);
    Some(match finding {
        Some(finding) => finding.text.clone(),
        None => format!("{figure} is in doubt"),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::run::{CheckRecord, FindingRecord, VerdictRecord, read};

    /// A finished run in which a finding puts thresholds in doubt.
    fn run(code: &str, severity: &str, in_doubt: &[&str]) -> Finished {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
        let mut run = read(&golden).unwrap();
        run.record.status = Status::Finished;
        run.record.health = vec![FindingRecord {
            code: code.to_owned(),
            severity: severity.to_owned(),
            text: format!("What {code} means. In doubt: {}.", in_doubt.join(", ")),
        }];
        let check = |threshold: &&str| CheckRecord {
            threshold: (*threshold).to_owned(),
            in_doubt: true,
            ..run.record.verdict.as_ref().unwrap().thresholds[0].clone()
        };
        run.record.verdict = Some(VerdictRecord {
            decision: "inconclusive".to_owned(),
            thresholds: in_doubt.iter().map(check).collect(),
        });
        run
    }

    fn is_doubted(run: &Finished) -> bool {
        let decided = Figure::from_name("response.p50").unwrap();
        doubt(run, &[decided]).is_some()
    }

    #[test]
    fn only_a_doubt_about_what_is_decided_drops_a_run() {
        for (code, severity, in_doubt, dropped) in [
            ("late", "inconclusive", &["response.p50 < 5ms"][..], true),
            (
                "few_samples",
                "inconclusive",
                &["response.p99.9 < 9ms"],
                false,
            ),
            ("late", "warning", &[], false),
            // Of another part of the run than is decided.
            (
                "late",
                "inconclusive",
                &["response.p50[0s..1s] < 5ms"],
                false,
            ),
            // Of the whole run, whatever the thresholds.
            ("ledger", "inconclusive", &["auth.p50 < 9ms"], true),
            ("mock_silent", "inconclusive", &[], true),
            // Another run than was asked for, although no threshold is in doubt.
            ("stopped_early", "warning", &[], true),
        ] {
            let run = run(code, severity, in_doubt);
            assert_eq!(is_doubted(&run), dropped, "{code}");
        }
        let both = run(
            "late",
            "inconclusive",
            &["auth.p50 < 1ms", "response.p50 < 5ms"],
        );
        let why = doubt(&both, &[Figure::from_name("response.p50").unwrap()]);
        assert!(why.unwrap().starts_with("What late means."));
    }

    #[test]
    fn a_run_that_did_not_end_is_dropped_unless_a_threshold_ended_it() {
        let mut aborted = run("threshold_missed", "warning", &[]);
        aborted.record.status = Status::Aborted;
        assert!(!is_doubted(&aborted));
        aborted.record.health.clear();
        assert!(is_doubted(&aborted));
        let mut unjudged = run("late", "warning", &[]);
        unjudged.record.verdict = None;
        assert!(is_doubted(&unjudged));
    }
}
