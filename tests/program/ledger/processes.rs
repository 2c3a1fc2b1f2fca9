//! Events of the program's own process: it is stopped and continued, killed, or
//! reaches a limit on its files.

use std::time::Duration;

use nix::sys::signal::Signal;

use super::account::{Account, captured, rows_add_up};
use crate::support::{FalseReplies, Running, Sesbench};

/// 200/s over 50 sessions, for `duration`.
fn scenario(duration: &str) -> String {
    format!(
        "[load]\nrate = \"200/s\"\nduration = \"{duration}\"\nwarm_up = \"0s\"\nsessions = 50\n\
         messages_per_session = 20\ndrain = \"30s\"\n\
         [thresholds]\n\"outcome.accepted\" = \">= 0%\"\n\
         [mock]\nprofile = \"unlimited\"\ncapture = \"captured\"\n"
    )
}

/// Longer than any test runs.
const LONG: &str = "10min";

#[test]
fn stopped_and_continued() {
    let program = Sesbench::run_text(&scenario("5s"), "--trace trace");
    let running = Running::start(program);
    for rows in [1, 3] {
        running.wait_for_rows(rows);
        running.stands_still(Duration::from_millis(1_200));
    }
    let done = running.ended().passed();
    assert_eq!(done.folder().count("/totals/scheduled"), 1_000);
    Account::of(&done).holds(&done, FalseReplies::default());
    rows_add_up(&done.folder());
}

#[test]
fn killed() {
    let running = Running::start(Sesbench::run_text(&scenario(LONG), ""));
    running.wait_for_rows(3);
    running.send(Signal::SIGKILL);
    let done = running.ended();
    assert_eq!(done.code, None);
    let folder = done.folder();
    assert_eq!(folder.json()["status"], "running");
    let written = rows_add_up(&folder);
    assert!(written.seconds >= 3);
    // The row of each second is written before its log lines.
    let logged = folder.logged()["response"];
    assert!(logged >= written.accepted - written.accepted_last);
    // The mock has ended and written its last files.
    let captured = captured(&done.directory().join("captured"));
    assert!(captured.len() as u64 >= written.accepted);
    assert!(captured.values().all(|times| *times == 1), "{captured:?}");
}

/// As on a full disk: a run stops when its results can't be written.
#[test]
fn files_that_may_not_grow() {
    let program = Sesbench::run_text(&scenario(LONG), "");
    // In blocks of 512 bytes: more than run.json needs, and less than
    // latency.hlog soon needs.
    let done = program.limited("-f 24").done().with(7);
    let said = done
        .stderr
        .lines()
        .filter(|line| line.starts_with("sesbench: "));
    // The page with charts is as large: that it is missing is a warning.
    let (warnings, errors): (Vec<&str>, Vec<&str>) =
        said.partition(|line| line.starts_with("sesbench: warning: "));
    let ([line], [warning]) = (&errors[..], &warnings[..]) else {
        panic!("expected an error and a warning: {}", done.stderr);
    };
    assert!(
        warning.contains("no report: ") && warning.ends_with("(os error 27)"),
        "{warning}"
    );
    assert!(
        line.ends_with("latency.hlog: File too large (os error 27)"),
        "{line}"
    );
    let folder = done.folder();
    assert_eq!(folder.json()["status"], "aborted");
    let written = rows_add_up(&folder);
    assert!(written.seconds >= 1 && written.accepted > 0);
    let captured = captured(&done.directory().join("captured"));
    assert!(captured.len() as u64 >= written.accepted);
    assert!(captured.values().all(|times| *times == 1), "{captured:?}");
}

#[test]
fn fewer_files_than_sessions() {
    let program = Sesbench::run_text(&scenario("1s"), "");
    let done = program.limited("-n 100").done().with(2);
    let expected = "sesbench: 50 sessions need 114 open files, and the hard limit is 100: \
                    raise it (`ulimit -Hn 114`, or LimitNOFILE= in a systemd unit) \
                    or ask for at most 36 sessions\n";
    assert_eq!(done.stderr, expected);
    assert!(!done.folder().path().exists());
}
