//! The printed summary.

use std::path::PathBuf;
use std::time::SystemTime;

use serde_json::json;

use super::*;
use crate::run::{
    CheckParts, CheckRecord, CpuUse, DiagnosisRecord, FindingRecord, OutcomeLine, PeriodRecord,
    RunId, ScenarioRecord, Status, SummaryLine, TargetFacts, VerdictRecord,
};
use crate::vocabulary::{FigureValue, Metric, Outcome, Phase, Scope, Span};

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
fn a_person_sees_the_verdict_and_why_it_is_so() {
    let expected = "\
FAIL: 1 of 1 threshold missed
  MISSED  outcome.accepted >= 99.9%  99.8 %

steady
  asked      50/s for 30s after 5s of warm-up, 20 sessions of 100 messages each,
             4,096 bytes a message
  rate       50/s asked, 49.98/s started in time (99.96 %), 49.9/s accepted
  scheduled  1,500 messages measured, 1,750 with the warm-up
  accepted   1,497 (99.80 %)
  throttled  3 (0.20 %)
  sessions   35 opened
  target     mock 127.0.0.1:10587, starttls

not accepted, warm-up and drain included
  3  throttled  accept  454 Throttling failure: Maximum sending rate exceeded.

diagnoses
  the sending rate was exceeded: More was sent. Ask for less.

latency in ms  count    p50    p90     p99      max
  response     1,497  1.234  2.000  10.000  >20.000
  mail         1,497  1.234  2.000  10.000   20.000

files  results/runs/x

FAIL: 1 of 1 threshold missed
";
    assert_eq!(shown(&finished(), false), expected);
}

/// Spans, then phases of messages, then the set-up; its phases have rows only where
/// sessions carry few messages.
#[test]
fn what_matters_most_comes_first() {
    let mut run = finished();
    let phases = Phase::ALL.iter().map(|phase| Metric::Phase(*phase));
    let spans = Span::ALL.iter().map(|span| Metric::Span(*span));
    let refused = Metric::Service(Outcome::Throttled);
    let all = phases.chain(spans).chain([refused]);
    run.summary = all.map(|metric| summary(metric, 1_000, false)).collect();
    let set_ups = |run: &mut Finished, count| {
        for line in &mut run.summary {
            let of_session =
                matches!(line.metric, Metric::Phase(phase) if phase.scope() == Scope::Session);
            if of_session || line.metric == Metric::Span(Span::SessionSetup) {
                line.count = count;
            }
        }
    };
    let names = |run: &Finished| {
        let text = shown(run, false);
        let table = text.split("latency in ms").nth(1).unwrap().to_owned();
        let rows = table.lines().skip(1).take_while(|line| !line.is_empty());
        rows.map(|row| row.split_whitespace().next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    set_ups(&mut run, 20);
    let first = ["response", "service", "wait", "slip", "service.throttled"];
    let then = ["mail", "rcpt", "data", "body", "accept", "session_setup"];
    let few = names(&run);
    assert_eq!(few[..11], [&first[..], &then[..]].concat()[..]);
    // The rest in three lines.
    assert_eq!((few[11].as_str(), few.len()), ("p50", 14));
    let text = shown(&run, false);
    assert!(text.contains("\n  p50 of others: resolve 1.234, connect 1.234, banner 1.234, "));
    assert!(
        text.lines().all(|line| line.chars().count() <= WIDTH),
        "{text}"
    );
    set_ups(&mut run, 500);
    let many = names(&run);
    let set_up = [
        "connect", "banner", "ehlo", "starttls", "tls", "ehlo_tls", "auth", "p50",
    ];
    assert_eq!(many[11..], set_up);
}

/// As where no attempt waits for a session to be set up.
#[test]
fn a_transaction_like_the_service_is_left_out() {
    let mut run = finished();
    let spans = [Span::Service, Span::Transaction];
    run.summary = spans.map(|span| summary(span.into(), 10, false)).to_vec();
    assert!(!shown(&run, false).contains("transaction"));
    run.summary[1].p99 = FigureValue::Value(9_999.0);
    assert!(shown(&run, false).contains("\n  transaction "));
}

/// A window that the run did not reach was not missed.
#[test]
fn windows_that_were_not_reached_are_not_missed() {
    let mut run = finished();
    let window = |from_s, to_s| {
        Some(CheckParts {
            window: Some(PeriodRecord { from_s, to_s }),
            ..CheckParts::default()
        })
    };
    let check = |parts| CheckRecord {
        threshold: "goodput > 1/s".to_owned(),
        value: "-".to_owned(),
        met: false,
        in_doubt: true,
        parts,
    };
    let verdict = run.record.verdict.as_mut().unwrap();
    verdict
        .thresholds
        .push(check(window(Some(20.0), Some(30.0))));
    verdict.thresholds.push(check(window(Some(15.0), None)));
    verdict.thresholds.push(check(window(None, Some(10.0))));
    // Five seconds of warm-up.
    run.record.window_s = 7.5;
    run.record.status = Status::Aborted;
    let headline = |run: &Finished| shown(run, false).lines().next().unwrap().to_owned();
    assert_eq!(headline(&run), "FAIL: 4 of 4 thresholds missed (aborted)");
    run.record.health.push(FindingRecord {
        code: "not_reached".to_owned(),
        severity: "inconclusive".to_owned(),
        text: "The schedule ended.".to_owned(),
        in_doubt: Vec::new(),
        distorted: Vec::new(),
    });
    assert_eq!(
        headline(&run),
        "FAIL: 2 of 4 thresholds missed, 2 not reached (aborted)"
    );
    let states = |run: &Finished| {
        let text = shown(run, false);
        let rows = text.lines().skip(1).take(4);
        rows.map(|row| row.trim().split("  ").next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        states(&run),
        ["MISSED", "not reached", "not reached", "MISSED, in doubt"]
    );
}

/// The record was written before the mock, or the name of the server, was found.
#[test]
fn the_target_of_a_run_that_was_killed_is_the_planned_one() {
    let mut run = finished();
    run.record.target = TargetFacts::default();
    run.record.plan["target"] = json!({
        "kind": { "kind": "smtp", "host": "relay.example.com", "port": 587 },
        "tls": "starttls",
    });
    let target = |run: &Finished| {
        let text = shown(run, false);
        let line = text.lines().find(|line| line.starts_with("  target"));
        line.unwrap()
            .trim_start_matches("  target")
            .trim()
            .to_owned()
    };
    assert_eq!(target(&run), "smtp relay.example.com:587, starttls");
    run.record.plan["target"]["kind"] = json!({ "kind": "mock" });
    assert_eq!(target(&run), "mock, starttls");
}

/// The text of a server, of 64 KB without a space.
#[test]
fn every_line_fits_whatever_a_server_replies() {
    let mut run = finished();
    run.outcomes[0].text = "x\u{1b}[2J".repeat(8_000);
    run.record.diagnoses[0].text = "y".repeat(64_000);
    let text = shown(&run, false);
    let longest = text.lines().map(|line| line.chars().count()).max();
    assert_eq!(longest, Some(WIDTH), "{text}");
    assert!(text.lines().count() < 60, "{text}");
    assert!(text.lines().all(|line| line == line.trim_end()));
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
        let fact = text.split("\n  CPU ").nth(1).unwrap();
        let lines = fact.lines().take_while(|line| !line.is_empty());
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
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
    assert!(text.ends_with("\nINCONCLUSIVE: too_few_samples, see the findings\n"));
    let verdict = run.record.verdict.as_mut().unwrap();
    verdict.thresholds[0].in_doubt = true;
    let last = "\nINCONCLUSIVE: 1 of 1 threshold in doubt (too_few_samples), see the findings\n";
    assert!(shown(&run, false).ends_with(last));
}

#[test]
fn a_run_that_was_killed_is_unfinished() {
    let mut run = finished();
    run.record.verdict = None;
    run.record.status = Status::Running;
    let (text, line) = (
        shown(&run, false),
        "UNFINISHED: the run is under way or was killed\n",
    );
    assert!(text.starts_with(line) && text.ends_with(line), "{text}");
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
