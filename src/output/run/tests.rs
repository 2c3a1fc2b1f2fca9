//! The formats for other programs, of a stored run and of hostile ones.

use serde_json::Value;

use super::*;
use crate::output::paint::Paint;
use crate::output::tests::stored;
use crate::run::{CheckRecord, FindingRecord, VerdictRecord};

fn written(run: &Finished, name: &str) -> String {
    let format = Format::<Finished>::from_name(name).unwrap();
    let mut bytes = Vec::new();
    format.write(run, Paint::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn check(threshold: &str, met: bool, in_doubt: bool) -> CheckRecord {
    CheckRecord {
        threshold: threshold.to_owned(),
        value: "7 ms".to_owned(),
        met,
        in_doubt,
        parts: None,
    }
}

/// A run with that verdict.
fn judged(decision: &str, thresholds: Vec<CheckRecord>) -> Finished {
    let mut run = stored();
    run.record.verdict = Some(VerdictRecord {
        decision: decision.to_owned(),
        thresholds,
    });
    run.record.health = vec![FindingRecord {
        code: "late".to_owned(),
        severity: "inconclusive".to_owned(),
        text: "the generator was <late>".to_owned(),
        ..FindingRecord::default()
    }];
    run
}

#[test]
fn junit_has_a_case_for_each_threshold() {
    let checks = || {
        vec![
            check("response.p99 < 1ms", true, false),
            check("response.p50 < 5ms", false, false),
            check("service.p50 < 5ms", false, true),
        ]
    };
    let text = written(&judged("fail", checks()), "junit");
    assert!(
        text.contains("tests=\"3\" failures=\"2\" errors=\"0\""),
        "{text}"
    );
    assert!(text.contains("<failure message=\"response.p50 &lt; 5ms: 7 ms\" type=\"missed\"/>"));
    let text = written(&judged("inconclusive", checks()), "junit");
    assert!(
        text.contains("tests=\"3\" failures=\"1\" errors=\"1\""),
        "{text}"
    );
    assert!(
        text.contains("in doubt: late: the generator was &lt;late&gt;\" type=\"inconclusive\"")
    );
}

#[test]
fn junit_is_never_green_without_a_verdict() {
    let mut run = judged("inconclusive", vec![check("goodput > 1/s", true, false)]);
    let text = written(&run, "junit");
    assert!(
        text.contains("tests=\"2\" failures=\"0\" errors=\"1\""),
        "{text}"
    );
    run.record.verdict = None;
    let text = written(&run, "junit");
    assert!(
        text.contains("tests=\"1\" failures=\"0\" errors=\"1\""),
        "{text}"
    );
}

#[test]
fn markdown_begins_with_the_verdict_and_shows_hostile_replies_as_text() {
    let mut run = judged("fail", vec![check("response.p50 < 5ms", false, false)]);
    let hostile = "</details> | <script>alert(1)</script> \u{1b}[31m\r\n".repeat(1_000);
    let line = run.outcomes.first().unwrap().clone();
    for outcome in ["rejected", "lost"] {
        run.outcomes.extend((0..200).map(|_| {
            let mut line = line.clone();
            line.outcome = outcome.to_owned();
            line.text = hostile.clone();
            line
        }));
    }
    let finding = run.record.health[0].clone();
    run.record.health = vec![finding; 100];
    run.record
        .health
        .iter_mut()
        .for_each(|each| each.text = hostile.clone());
    run.record.scenario.name = hostile;
    let text = written(&run, "markdown");
    assert!(
        text.starts_with("**FAIL: 1 of 1 threshold missed**\n"),
        "{text}"
    );
    assert!(text.len() < 60_000, "{}", text.len());
    assert!(!text.contains("<script"));
    let count = |part: &str| text.matches(part).count();
    assert_eq!(count("<details>"), count("\n</details>\n"));
    assert_eq!(count("</details>"), count("<details>"));
    // Every row of a table has the cells of its head.
    let mut columns = 0;
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    for line in text.lines() {
        match (line.starts_with('|'), columns) {
            (true, 0) => columns = bars(line),
            (true, _) => assert_eq!(bars(line), columns, "{line}"),
            (false, _) => columns = 0,
        }
    }
}

#[test]
fn histories_get_numbers_without_bounds_from_a_single_run() {
    let run = stored();
    let bencher: Value = serde_json::from_str(&written(&run, "bencher")).unwrap();
    let measures = &bencher[&run.record.scenario.name];
    let p50 = measures["session_setup.p50"]["value"].as_f64().unwrap();
    assert!(p50 > 0.0);
    assert_eq!(
        measures["session_setup.p50"].as_object().unwrap().len(),
        1,
        "no bounds"
    );
    let github: Value = serde_json::from_str(&written(&run, "github-benchmark")).unwrap();
    let entries = github.as_array().unwrap();
    let name = format!("{} session_setup.p50", run.record.scenario.name);
    let entry = entries
        .iter()
        .find(|entry| entry["name"] == name.as_str())
        .unwrap();
    assert_eq!(
        (entry["value"].as_f64(), entry["unit"].as_str()),
        (Some(p50), Some("ms"))
    );
    assert!(entries.iter().all(|entry| entry.get("range").is_none()));
    // More goodput is not worse.
    assert!(measures["goodput"].is_object());
    assert!(!github.to_string().contains("goodput"));
}

#[test]
fn openmetrics_has_the_counts_of_the_record() {
    let run = stored();
    let text = written(&run, "openmetrics");
    for (outcome, count) in run.record.window.outcomes.iter() {
        let line = format!(
            "sesbench_outcome_messages{{outcome=\"{}\"}} {count}\n",
            outcome.name()
        );
        assert!(text.contains(&line), "{line} in {text}");
    }
    assert!(text.contains("sesbench_latency_p99_seconds{metric=\"session_setup\"} 0.00"));
    assert!(text.ends_with("# EOF\n"));
}
