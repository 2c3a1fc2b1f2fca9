//! The printed summary.

use std::path::PathBuf;
use std::time::SystemTime;

use serde_json::json;

use super::*;
use crate::run::{
    CheckRecord, CpuUse, DiagnosisRecord, FindingRecord, OutcomeLine, RunId, ScenarioRecord,
    SummaryLine, TargetFacts, VerdictRecord,
};
use crate::vocabulary::{FigureValue, Outcome, Phase, Span};

fn finished() -> Finished {
    let id = RunId::new("steady", SystemTime::UNIX_EPOCH, 1);
    let scenario = ScenarioRecord {
        name: "steady".to_owned(),
        text: None,
    };
    let plan = json!({
        "load": {
            "model": { "open": { "rate": "50/s" } },
            "length": { "duration": { "secs": 30, "nanos": 0 } },
            "warm_up": { "secs": 5, "nanos": 0 },
            "sessions": 20,
            "messages_per_session": 100,
        },
        "message": { "size": 4096 },
    });
    let mut record = Record::new(&id, scenario, plan, String::new(), 1);
    record.status = Status::Finished;
    record.target = TargetFacts {
        kind: "mock".to_owned(),
        host: "127.0.0.1".to_owned(),
        port: 10_587,
        mode: "starttls".to_owned(),
        ..TargetFacts::default()
    };
    record.totals.scheduled = 1_750;
    record.totals.outcomes.set(Outcome::Throttled, 3);
    record.window.scheduled = 1_500;
    record.window.outcomes.set(Outcome::Accepted, 1_497);
    record.window.outcomes.set(Outcome::Throttled, 3);
    record.rate.target_per_s = Some(50.0);
    record.rate.achieved_per_s = 49.98;
    record.rate.achieved_share = Some(0.9996);
    record.rate.goodput_per_s = 49.9;
    record.sessions.opened = 35;
    record.verdict = Some(VerdictRecord {
        decision: "fail".to_owned(),
        thresholds: vec![CheckRecord {
            threshold: "outcome.accepted >= 99.9%".to_owned(),
            value: "99.8 %".to_owned(),
            met: false,
            in_doubt: false,
            ..CheckRecord::default()
        }],
    });
    record.diagnoses.push(DiagnosisRecord {
        id: "sending-rate".to_owned(),
        title: "the sending rate was exceeded".to_owned(),
        text: "More was sent. Ask for less.".to_owned(),
        messages: 3,
        sessions: 0,
    });
    Finished {
        folder: PathBuf::from("results/runs/x"),
        record,
        summary: vec![
            summary(Phase::Mail.into(), 1_497, false),
            summary(Span::Response.into(), 1_497, true),
        ],
        outcomes: vec![throttled()],
    }
}

fn summary(metric: crate::vocabulary::Metric, count: u64, over: bool) -> SummaryLine {
    let max = if over {
        FigureValue::Above(20_000.0)
    } else {
        FigureValue::Value(20_000.0)
    };
    SummaryLine {
        metric,
        count,
        min: Some(1_000.0),
        mean: Some(1_500.0),
        stddev: Some(100.0),
        p50: FigureValue::Value(1_234.0),
        p90: FigureValue::Value(2_000.0),
        p95: FigureValue::Value(5_000.0),
        p99: FigureValue::Value(10_000.0),
        p99_9: max,
        p99_99: max,
        max,
    }
}

fn throttled() -> OutcomeLine {
    OutcomeLine {
        scope: "message".to_owned(),
        phase: "accept".to_owned(),
        outcome: "throttled".to_owned(),
        code: "454".to_owned(),
        enhanced: String::new(),
        text: "Throttling failure: Maximum sending rate exceeded.".to_owned(),
        count: 3,
    }
}

fn shown(run: &Finished, colour: bool) -> String {
    let mut text = Vec::new();
    let exporter = Text::new(Paint { colour });
    exporter.export(run, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_person_sees_what_was_asked_and_what_happened() {
    let expected = "\
steady
  asked      50/s for 30s after 5s of warm-up, 20 sessions of 100 messages each, 4,096 bytes a message
  target     mock 127.0.0.1:10587, starttls
  scheduled  1,500 messages measured, 1,750 with the warm-up
  accepted   1,497 (99.80 %)
  throttled  3 (0.20 %)
  rate       50/s asked, 49.98/s started in time (99.96 %), 49.9/s accepted
  sessions   35 opened
  files      results/runs/x

latency in ms
            count    p50    p90     p99      max
  mail      1,497  1.234  2.000  10.000   20.000
  response  1,497  1.234  2.000  10.000  >20.000

not accepted, warm-up and drain included
  3  throttled  accept  454 Throttling failure: Maximum sending rate exceeded.

diagnoses
  the sending rate was exceeded: More was sent. Ask for less.

thresholds
  MISSED  outcome.accepted >= 99.9%  99.8 %

FAIL: 1 of 1 threshold missed
";
    assert_eq!(shown(&finished(), false), expected);
}

#[test]
fn cpu_of_a_message_is_shown_without_the_background_or_not_at_all() {
    let shown_of = |background_s, message_us| {
        let mut run = finished();
        run.record.window_s = 30.0;
        run.record.cpu.generator = Some(CpuUse {
            seconds: 0.45,
            per_message_us: Some(300.0),
            background_s,
            message_us,
            ..CpuUse::default()
        });
        run.record.cpu.mock = Some(CpuUse {
            seconds: 0.21,
            per_message_us: Some(140.0),
            ..CpuUse::default()
        });
        let text = shown(&run, false);
        let line = text.lines().find(|line| line.starts_with("  CPU"));
        line.unwrap().trim_start_matches("  CPU").trim().to_owned()
    };
    assert_eq!(
        shown_of(Some(0.15), Some(200.0)),
        "200 us per message in the generator, plus 0.5 % of a core at any load; 140 us in the mock"
    );
    assert_eq!(
        shown_of(Some(0.40), None),
        "too few messages to measure the cost per message in the generator; 140 us in the mock"
    );
    assert_eq!(
        shown_of(None, None),
        "300 us per message in the generator; 140 us in the mock"
    );
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    assert!(!shown(&finished(), false).contains('\x1b'));
    assert!(shown(&finished(), true).contains("\x1b[31mFAIL\x1b[0m"));
}

#[test]
fn findings_say_what_to_do() {
    let mut run = finished();
    run.record.health.push(FindingRecord {
        code: "too_few_samples".to_owned(),
        severity: "inconclusive".to_owned(),
        text: "run longer".to_owned(),
        ..FindingRecord::default()
    });
    run.record.verdict.as_mut().unwrap().decision = "inconclusive".to_owned();
    let text = shown(&run, false);
    assert!(text.contains("\nfindings\n  inconclusive too_few_samples: run longer\n"));
    assert!(text.ends_with("\nINCONCLUSIVE: see the findings\n"));
}

#[test]
fn a_run_that_was_killed_is_unfinished() {
    let mut run = finished();
    run.record.verdict = None;
    assert!(shown(&run, false).ends_with("\nUNFINISHED\n"));
}

#[test]
fn of_many_diagnoses_those_that_explain_most_are_shown() {
    let mut run = finished();
    let first = run.record.diagnoses[0].clone();
    let each = (0..9).map(|number| DiagnosisRecord {
        title: format!("reason {number}"),
        ..first.clone()
    });
    run.record.diagnoses = each.collect();
    let text = shown(&run, false);
    assert!(text.contains("  reason 4: ") && !text.contains("reason 5"));
}

#[test]
fn many_replies_are_cut_short() {
    let mut run = finished();
    run.outcomes = vec![throttled(); 14];
    assert!(shown(&run, false).contains("4 rows more in outcomes.csv"));
}
