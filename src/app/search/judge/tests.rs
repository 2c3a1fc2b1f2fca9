use std::path::Path;

use super::*;
use crate::run::{self, CheckRecord};

/// A stored run that passed, with other checks and findings.
fn stored(checks: &[(&str, bool, bool)], findings: &[(&str, &str)]) -> Finished {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
    let mut run = run::read(&folder).unwrap();
    let record = &mut run.record;
    record.rate.achieved_share = Some(1.0);
    record.sessions.failed = 0;
    let verdict = record.verdict.as_mut().unwrap();
    let check = |(threshold, met, in_doubt): &(&str, bool, bool)| CheckRecord {
        threshold: (*threshold).to_owned(),
        met: *met,
        in_doubt: *in_doubt,
        ..verdict.thresholds[0].clone()
    };
    verdict.thresholds = checks.iter().map(check).collect();
    let finding = |(code, severity): &(&str, &str)| FindingRecord {
        code: (*code).to_owned(),
        severity: (*severity).to_owned(),
        text: format!("text of {code}"),
        ..FindingRecord::default()
    };
    record.health = findings.iter().map(finding).collect();
    run
}

fn judged(run: &Finished, watch: &StepWatch) -> Result<StepResult, String> {
    let asked = Asked {
        watch,
        offered: 50.0,
        per_message: 1.0,
        warm_up_s: 1.0,
    };
    match judge(run, asked) {
        Judged::Step { result, reason } => {
            assert!(!reason.is_empty());
            Ok(result)
        }
        Judged::Stop(why) => Err(why),
    }
}

const MET: (&str, bool, bool) = ("outcome.accepted >= 99%", true, false);
const MISSED: (&str, bool, bool) = ("response.p99 < 1ms", false, false);
const DOUBTED: (&str, bool, bool) = ("response.p99 < 1ms", true, true);

#[test]
fn thresholds_decide_a_step_and_doubts_do_not() {
    const GENERATOR: StepOutcome = StepOutcome::Inconclusive(Doubt::Generator);
    const FEW: StepOutcome = StepOutcome::Inconclusive(Doubt::FewSamples);
    let doubt = |code| [(code, "inconclusive")];
    for (checks, findings, outcome) in [
        (&[MET][..], &[][..], StepOutcome::Held),
        (&[MET], &[("late", "warning")], StepOutcome::Held),
        (&[MET, MISSED], &[], StepOutcome::Failed),
        (&[MET, DOUBTED], &doubt("late"), GENERATOR),
        (&[MET, DOUBTED], &doubt("few_samples"), FEW),
        (
            &[MISSED, DOUBTED],
            &doubt("few_samples"),
            StepOutcome::Failed,
        ),
        (
            &[MISSED, DOUBTED],
            &doubt("machine_busy"),
            StepOutcome::Failed,
        ),
    ] {
        let run = stored(checks, findings);
        let result = judged(&run, &StepWatch::new(50.0)).unwrap();
        assert_eq!(result.outcome, outcome, "{checks:?} {findings:?}");
    }
}

#[test]
fn a_run_without_a_result_ends_the_search() {
    for code in ["ledger", "mock_silent", "stopped_early"] {
        let run = stored(&[MET], &[(code, "inconclusive")]);
        let why = judged(&run, &StepWatch::new(50.0)).unwrap_err();
        assert_eq!(why, format!("text of {code}"));
    }
    let mut run = stored(&[MET], &[]);
    run.record.verdict = None;
    assert!(judged(&run, &StepWatch::new(50.0)).is_err());
}

#[test]
fn a_schedule_that_is_not_kept_fails_also_where_thresholds_allow_for_it() {
    let outcome = |findings: &[(&str, &str)]| {
        let mut run = stored(&[MET], findings);
        run.record.window.scheduled = 1_000;
        run.record.rate.achieved_share = Some(0.97);
        let result = judged(&run, &StepWatch::new(50.0)).unwrap();
        (result.outcome, result.waited)
    };
    let (late, few) = (("late", "warning"), ("few_sessions", "warning"));
    assert_eq!(outcome(&[few]), (StepOutcome::Failed, true));
    assert_eq!(outcome(&[late, few]), (StepOutcome::Failed, true));
    let starved = StepOutcome::Inconclusive(Doubt::Generator);
    assert_eq!(outcome(&[late]), (starved, false));
    let busy = ("generator_busy", "warning");
    assert_eq!(outcome(&[busy, few]), (starved, true));
}

#[test]
fn a_step_that_was_given_up_failed() {
    let mut watch = StepWatch::new(50.0);
    watch.given_up = Some((7, 140));
    let result = judged(&stored(&[MET], &[]), &watch).unwrap();
    assert_eq!((result.outcome, result.waited), (StepOutcome::Failed, true));
    let busy = stored(&[MET], &[("machine_busy", "warning")]);
    let starved = StepOutcome::Inconclusive(Doubt::Generator);
    assert_eq!(judged(&busy, &watch).unwrap().outcome, starved);
}

#[test]
fn a_throttled_step_shows_the_quota() {
    let mut run = stored(&[MISSED], &[]);
    run.record.rate.goodput_per_s = 20.0;
    run.record.window_s = 10.0;
    let mut watch = StepWatch::new(50.0);
    watch.first_throttled_s = Some(0.5);
    let result = judged(&run, &watch).unwrap();
    let read = result.throttling.unwrap();
    assert!(result.throttled);
    assert_eq!((read.quota, read.burst), (20.0, 15.0));
}
