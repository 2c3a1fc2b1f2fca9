//! Thresholds from the command line to the files: windows, processor time, and those
//! that end a run early.

use serde_json::Value;

use crate::support::{Done, RunFolder, Sesbench};

/// The check of the threshold with that text.
#[track_caller]
fn check(folder: &RunFolder, threshold: &str) -> Value {
    let json = folder.json();
    let checks = json["verdict"]["thresholds"].as_array().unwrap().clone();
    let found = checks.iter().find(|check| check["threshold"] == threshold);
    found.unwrap_or_else(|| panic!("{checks:#?}")).clone()
}

fn finding(done: &Done, code: &str) -> Option<Value> {
    let health = done.folder().json()["health"].clone();
    let mut findings = health.as_array().unwrap().iter();
    findings.find(|finding| finding["code"] == code).cloned()
}

/// Every message is ten times as slow as the limit: nothing on this machine makes it
/// fast.
#[test]
fn a_run_that_is_sure_to_miss_a_threshold_ends_early_and_fails() {
    let words = "--quiet --duration 60s --warm-up 0s --sessions 50 --set mock.latency.dot=300ms";
    let done = Sesbench::run(words)
        .arg("--abort-on-fail")
        .arg("response.p99<30ms after 1s")
        .arg("--threshold")
        .arg("goodput[30s..60s]>1/s")
        .done();
    let folder = done.folder();
    folder.adds_up();
    let json = folder.json();
    assert_eq!(json["status"], "aborted");
    assert!(
        json["window_s"].as_f64().unwrap() < 30.0,
        "{}",
        json["window_s"]
    );
    assert!(folder.count("/totals/accepted") > 0);
    let ended = finding(&done, "threshold_missed").unwrap();
    let text = ended["text"].as_str().unwrap();
    assert!(
        text.contains("because response.p99 < 30ms was sure to be missed"),
        "{text}"
    );
    let missed = check(&folder, "response.p99 < 30ms");
    assert_eq!(
        (&missed["met"], &missed["abort_after_s"]),
        (&false.into(), &1.0.into())
    );
    // The window that it did not reach is in doubt, and does not change the verdict.
    assert!(finding(&done, "not_reached").is_some());
    let other = check(&folder, "goodput[30s..60s] > 1/s");
    assert_eq!(
        (&other["in_doubt"], &other["measured"]),
        (&true.into(), &Value::Null)
    );
    // Unless this machine had no processor time left, which puts the miss in doubt.
    let spoiled = missed["in_doubt"] == true;
    assert_eq!(
        done.code,
        Some(if spoiled { 4 } else { 1 }),
        "{}",
        done.stdout
    );
    if !spoiled {
        assert!(
            done.stdout.ends_with(" missed, 1 not reached (aborted)\n"),
            "{}",
            done.stdout
        );
    }
}

/// The first 50 messages, of the first half second, wait for the reply to their dot.
const SLOW_START: &str = "
name = \"windows\"
[load]
rate = \"100/s\"
duration = \"2s\"
warm_up = \"0s\"
sessions = 80
[mock]
profile = \"unlimited\"
[[mock.faults]]
at = \"dot\"
first = 50
delay = \"900ms\"
[thresholds]
\"response.p50[..500ms]\" = \">= 900ms\"
\"response.p50[500ms..]\" = \"> 0us\"
\"accept.count[..500ms]\" = [\">= 50\", \"<= 50\"]
\"accept.count[500ms..2s]\" = [\">= 150\", \"<= 150\"]
\"outcome.accepted[500ms..2s]\" = \">= 100%\"
\"cpu.per_message\" = \"> 0us\"
\"cpu.per_session\" = \"> 0us\"
";

/// What the terminal, the record and the table have are the same values.
#[test]
fn a_threshold_is_of_the_messages_intended_in_its_window_and_is_everywhere_the_same() {
    let done = Sesbench::run_text(SLOW_START, "--quiet --export csv=table.csv").done();
    let folder = done.folder();
    folder.adds_up();
    let json = folder.json();
    let checks = json["verdict"]["thresholds"].as_array().unwrap();
    assert_eq!(checks.len(), 9);
    let is_met = |check: &Value| check["met"] == true;
    let of_processor = |check: &Value| check["figure"].as_str().unwrap().starts_with("cpu.");
    for check in checks.iter().filter(|check| !of_processor(check)) {
        assert!(is_met(check), "{check:#}");
    }
    let measured = |threshold: &str| check(&folder, threshold)["measured"].as_f64().unwrap();
    let (slow, other) = (
        measured("response.p50[..500ms] >= 900ms"),
        measured("response.p50[500ms..] > 0us"),
    );
    assert!(slow > other, "{slow} {other}");
    let window = &check(&folder, "accept.count[500ms..2s] >= 150")["window"];
    assert_eq!(
        (&window["from_s"], &window["to_s"]),
        (&0.5.into(), &2.0.into())
    );
    // As in the record of the processor time, where there is one.
    let generator = &json["cpu"]["generator"];
    let of = |threshold: &str| check(&folder, threshold)["measured"].clone();
    assert_eq!(of("cpu.per_message > 0us"), generator["per_message_us"]);
    assert_eq!(of("cpu.per_session > 0us"), generator["per_session_us"]);
    assert!(of("cpu.per_message > 0us").is_number());
    let table = std::fs::read_to_string(done.directory().join("table.csv")).unwrap();
    for check in checks {
        let (threshold, value) = (&check["threshold"], check["value"].as_str().unwrap());
        let threshold = threshold.as_str().unwrap();
        let mut printed = done.stdout.lines();
        let is_printed = printed.any(|line| line.contains(threshold) && line.ends_with(value));
        assert!(is_printed, "{threshold} {value}: {}", done.stdout);
        let cell = check["measured"]
            .as_f64()
            .map(|value| value.to_string())
            .unwrap_or_default();
        let mut rows = table.lines().filter(|row| row.starts_with("threshold,"));
        let is_there = rows.any(|row| {
            row.contains(&format!(",{threshold},")) && row.contains(&format!(",{cell},"))
        });
        assert!(is_there, "{threshold} {cell}: {table}");
    }
}

#[test]
fn what_cannot_end_a_run_is_refused_before_it() {
    for (word, why) in [
        (
            "rate.achieved>=99%",
            "rate.achieved cannot end a run: messages that are late",
        ),
        (
            "response.p99<1s after 10",
            "invalid duration \"10\": expected a number and a unit",
        ),
    ] {
        let run = Sesbench::run("--quiet").arg("--abort-on-fail").arg(word);
        let done = run.done().with(2);
        assert!(done.stderr.contains(why), "{}", done.stderr);
        assert!(!done.directory().join("out").exists());
    }
}
