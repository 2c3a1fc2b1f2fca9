//! Whether a run can be compared: not if its findings put all of it in doubt, or a figure
//! that is a question of the series.
//!
//! A doubt about another figure leaves the run as it is: that its p99.9 has too few values
//! changes nothing about its median. One about the guard leaves the pair out of the guard
//! alone ([`is_in_doubt`]). What a finding puts in doubt is decided by `analysis::health`.

use crate::analysis::health::InDoubt;
use crate::analysis::verdict::{Figure, Threshold};
use crate::run::{FindingRecord, Finished, Status};

/// Why the run is not compared; none if it is. `questions` are the figures that the
/// series cannot do without.
pub(super) fn doubt(finished: &Finished, questions: &[Figure]) -> Option<String> {
    let record = &finished.record;
    let is_whole = record.status == Status::Finished || finished.is_ended_by_threshold();
    if !is_whole || record.verdict.is_none() {
        return Some("it did not end as planned".to_owned());
    }
    let is_reason = |finding: &&FindingRecord| match finished.in_doubt() {
        InDoubt::Run { code } => finding.code == code,
        InDoubt::Only(_) => questions.iter().any(|figure| is_about(finding, *figure)),
    };
    let found = record.health.iter().find(is_reason);
    found.map(|finding| finding.text.clone())
}

/// Whether a finding puts that figure of the whole run in doubt.
pub(super) fn is_in_doubt(finished: &Finished, figure: Figure) -> bool {
    let mut findings = finished.record.health.iter();
    findings.any(|finding| is_about(finding, figure))
}

fn is_about(finding: &FindingRecord, figure: Figure) -> bool {
    let thresholds = finding.in_doubt.iter();
    let thresholds = thresholds.filter_map(|text| text.parse::<Threshold>().ok());
    // Of a part of the run, nothing is compared.
    let mut of_thresholds = thresholds
        .filter(|threshold| threshold.period().is_none())
        .map(|threshold| threshold.figure());
    let mut distorted = finding.distorted.iter();
    of_thresholds.any(|each| each == figure)
        || distorted.any(|name| Figure::from_name(name) == Some(figure))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::run::read;

    fn figure(name: &str) -> Figure {
        Figure::from_name(name).unwrap()
    }

    /// A finished run with a finding that puts thresholds and figures in doubt.
    fn run(code: &str, severity: &str, in_doubt: &[&str], distorted: &[&str]) -> Finished {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
        let mut run = read(&golden).unwrap();
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        run.record.status = Status::Finished;
        run.record.health = vec![FindingRecord {
            code: code.to_owned(),
            severity: severity.to_owned(),
            text: format!("What {code} means. In doubt: {}.", in_doubt.join(", ")),
            in_doubt: texts(in_doubt),
            distorted: texts(distorted),
        }];
        run
    }

    fn is_dropped(run: &Finished) -> bool {
        doubt(run, &[figure("response.p50"), figure("response.p99")]).is_some()
    }

    #[test]
    fn only_a_doubt_about_a_question_drops_a_run() {
        let doubtful = "inconclusive";
        for (code, severity, in_doubt, dropped) in [
            ("late", doubtful, &["response.p50 < 5ms"][..], true),
            // The name of a question is part of this one's.
            ("few_samples", doubtful, &["response.p99.9 < 9ms"], false),
            ("late", "warning", &[], false),
            // Of another part of the run than is compared.
            ("late", doubtful, &["response.p50[0s..1s] < 5ms"], false),
            // Of the whole run, whatever the thresholds.
            ("ledger", doubtful, &["auth.p50 < 9ms"], true),
            ("mock_silent", doubtful, &[], true),
            // Another run than was asked for, although no threshold is in doubt.
            ("stopped_early", "warning", &[], true),
        ] {
            let run = run(code, severity, in_doubt, &[]);
            assert_eq!(is_dropped(&run), dropped, "{code} {in_doubt:?}");
        }
        let both = run(
            "late",
            doubtful,
            &["auth.p50 < 1ms", "response.p50 < 5ms"],
            &[],
        );
        let why = doubt(&both, &[figure("response.p50")]);
        assert!(why.unwrap().starts_with("What late means."));
    }

    /// A scenario without thresholds has no less doubt.
    #[test]
    fn a_question_that_measures_the_generator_drops_a_run_without_a_threshold() {
        for (distorted, dropped) in [
            (&["response.p50"][..], true),
            (&["service.p99", "response.p99"], true),
            (&["response.p99.9", "session_setup.p50"], false),
        ] {
            let run = run("late", "warning", &[], distorted);
            assert_eq!(is_dropped(&run), dropped, "{distorted:?}");
            assert!(is_in_doubt(&run, figure(distorted[0])));
            assert!(!is_in_doubt(&run, figure("wait.p50")));
        }
    }

    #[test]
    fn a_run_that_did_not_end_is_dropped_unless_a_threshold_ended_it() {
        let mut aborted = run("threshold_missed", "warning", &[], &[]);
        aborted.record.status = Status::Aborted;
        assert!(!is_dropped(&aborted));
        aborted.record.health.clear();
        assert!(is_dropped(&aborted));
        let mut unjudged = run("late", "warning", &[], &[]);
        unjudged.record.verdict = None;
        assert!(is_dropped(&unjudged));
    }
}
