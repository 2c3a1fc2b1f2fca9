//! Ctrl-C, SIGTERM, SIGHUP and SIGKILL during a run.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{Running, Sesbench, child_of, is_alive, wait_until};

/// Longer than any test runs: only a signal ends it.
const LONG: &str = "--rate 50/s --duration 10min --warm-up 0s";

/// A long run, with more arguments.
fn started(words: &str) -> Running {
    Running::start(Sesbench::run(&format!("{LONG} {words}")))
}

fn interrupted_in_good_order(signal: Signal) {
    let running = started("");
    running.wait_for_rows(2);
    running.send(signal);
    let done = running.ended().with(130);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.json()["status"], "interrupted");
    let scheduled = folder.count("/totals/scheduled");
    assert!(scheduled >= 100, "{scheduled}");
    // Messages in progress were finished, and sessions ended by QUIT.
    assert_eq!(
        folder.count("/totals/accepted") + folder.count("/totals/unsent"),
        scheduled
    );
    assert_eq!(folder.values("quit"), folder.count("/sessions/ready"));
    assert!(done.stdout.contains("interrupted"), "{}", done.stdout);
}

#[test]
fn ctrl_c_drains_and_keeps_everything() {
    interrupted_in_good_order(Signal::SIGINT);
}

#[test]
fn sigterm_drains_and_keeps_everything() {
    interrupted_in_good_order(Signal::SIGTERM);
}

/// As when the terminal is closed; under `nohup`, under which these tests may
/// run as well, the run goes on.
#[test]
fn sighup_ends_a_run_as_sigterm_does() {
    if !is_ignored(Signal::SIGHUP) {
        return interrupted_in_good_order(Signal::SIGHUP);
    }
    let running = started("");
    running.wait_for_rows(1);
    running.send(Signal::SIGHUP);
    running.wait_for_rows(3);
    running.send(Signal::SIGTERM);
    running.ended().with(130).folder().adds_up();
}

/// Whether this process, and so its children, ignore a signal.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    let mask = u64::from_str_radix(mask.trim(), 16).unwrap();
    mask & (1 << (signal as i32 - 1)) != 0
}

#[test]
fn a_second_signal_cuts() {
    // Messages that would take longer than the test has.
    let running = started("--sessions 5 --set load.drain=10min --set mock.latency.dot=10m");
    running.wait_for_rows(1);
    running.send(Signal::SIGINT);
    wait_until("the drain has begun", || {
        let rows = running.folder().rows("intervals.csv");
        rows.last().is_some_and(|row| row["window"] == "drain")
    });
    running.send(Signal::SIGTERM);
    let done = running.ended().with(130);
    let folder = done.folder();
    folder.adds_up();
    // The dot was sent, so they may have been delivered.
    assert_eq!(folder.count("/totals/unknown"), 5);
    let rest = folder.count("/totals/scheduled") - 5;
    assert_eq!(folder.count("/totals/unsent"), rest);
    let rows = folder.outcomes("message");
    let cut = rows.iter().find(|row| row["outcome"] == "unknown").unwrap();
    assert_eq!(cut["phase"], "accept");
    assert!(cut["text"].contains("cut off"), "{cut:#?}");
}

#[test]
fn a_signal_before_the_clock_starts() {
    // One connect a day: the opening of sessions does not end.
    let program = Sesbench::run(&format!("{LONG} --set load.session_rate=1/d"));
    let mut child = program.command().spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("opening sessions"), "{line}");
    let mock = child_of(child.id()).expect("the mock");
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let done = program.ended(child.wait_with_output().unwrap()).with(130);
    wait_until("the mock is gone", || !is_alive(mock));
    done.folder().adds_up();
    assert_eq!(done.folder().json()["status"], "interrupted");
    assert_eq!(done.folder().count("/totals/scheduled"), 0);
}

/// A row is on disk at most two seconds after its second, on a machine that is
/// not overloaded, which no test may require. `src/measure/tests/seconds.rs`
/// checks in injected time that it is written with the first tick after the
/// second.
#[test]
fn sigkill_loses_no_written_second() {
    let running = started("");
    running.wait_for_rows(6);
    running.send(Signal::SIGKILL);
    let done = running.ended();
    assert_eq!(done.code, None);
    let folder = done.folder();
    assert_eq!(folder.json()["status"], "running");
    let rows = folder.rows("intervals.csv");
    assert!(rows.len() >= 6, "{}", rows.len());
    for (second, row) in rows.iter().enumerate() {
        assert_eq!(row["t_s"], second.to_string());
        assert_eq!(row["scheduled"], "50");
    }
    // A second's row is written before its lines of the log.
    let accepted = rows[..rows.len() - 1]
        .iter()
        .map(|row| row["accepted"].parse::<u64>().unwrap());
    let logged = folder.logged();
    assert!(logged["response"] >= accepted.sum(), "{logged:?}");
    // Files that are rewritten every five seconds are complete, whatever their
    // age.
    for file in ["summary.csv", "outcomes.csv"] {
        folder.rows(file);
    }
    // Files that take long to write are written at the end; until then the log
    // has the data.
    assert!(folder.rows("histogram.csv").is_empty());
    let path = folder.path().to_str().unwrap();
    let learning = Sesbench::new("mock --calibrate").arg(path).done().with(2);
    assert!(
        learning.stderr.contains("was killed"),
        "{}",
        learning.stderr
    );
}

/// The generator's own stall is not attributed to the target: without it every
/// response would have been much shorter than the limit that this run misses.
#[test]
fn a_stalled_generator_does_not_fail_its_target() {
    let words = "--rate 100/s --duration 10s --warm-up 0s --threshold response.p99<1500ms";
    let running = Running::start(Sesbench::run(words));
    running.wait_for_rows(1);
    running.stands_still(Duration::from_secs(3));
    let done = running.ended().with(4);
    let folder = done.folder();
    folder.adds_up();
    let verdict = &folder.json()["verdict"];
    assert_eq!(verdict["decision"], "inconclusive");
    let thresholds = verdict["thresholds"].as_array().unwrap();
    let p99 = thresholds
        .iter()
        .find(|each| each["threshold"] == "response.p99 < 1.5s")
        .expect("the threshold");
    assert_eq!(p99["met"], false);
    assert_eq!(p99["in_doubt"], true);
    let health = &folder.json()["health"];
    let codes: Vec<_> = health
        .as_array()
        .unwrap()
        .iter()
        .map(|each| &each["code"])
        .collect();
    assert!(codes.iter().any(|code| *code == "stalled"), "{codes:?}");
}
