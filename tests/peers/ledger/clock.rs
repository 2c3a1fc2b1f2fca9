//! The wall clock is set forward and back during a run, by libfaketime, which
//! does not change the monotonic clock.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::{captured, holds, scenario};
use crate::sesbench::Program;

/// An hour forward, an hour back, and so far back (1972) that no certificate is
/// valid: sessions that fail because of that prove that the program sees the
/// steps.
const STEPS: [&str; 4] = ["+1h", "-1h", "-54y", "+0"];

/// Half of the smallest step, in microseconds.
const HALF_AN_HOUR: f64 = 1.8e9;

#[test]
#[ignore = "needs libfaketime; .ci/install-peers installs it"]
fn a_wall_clock_that_is_set_changes_no_latency_and_no_count() {
    let folder = TempDir::new().unwrap();
    let offset = folder.path().join("offset");
    set(&offset, "+0");
    let path = scenario(folder.path(), "8s", 5);
    let program = Program::run(&[&path])
        .env("LD_PRELOAD", &library())
        .env("FAKETIME_TIMESTAMP_FILE", &offset)
        .env("FAKETIME_NO_CACHE", Path::new("1"))
        .env("FAKETIME_DONT_FAKE_MONOTONIC", Path::new("1"))
        .env("DONT_FAKE_MONOTONIC", Path::new("1"));
    let rows = program.file("intervals.csv");
    let run = thread::scope(|scope| {
        let run = scope.spawn(|| program.ends());
        for (row, step) in STEPS.iter().enumerate() {
            // The header is a line, too.
            while lines(&rows) < row + 2 && !run.is_finished() {
                thread::sleep(Duration::from_millis(20));
            }
            set(&offset, step);
        }
        run.join().unwrap()
    });
    assert_eq!(run.total("scheduled"), 1_600);
    holds(&run, &captured(folder.path()));
    let sessions = run.refusals("session");
    let too_early = |line: &String| line.contains("not valid yet");
    assert!(
        sessions.iter().any(too_early),
        "no step was seen: {sessions:?}"
    );
    for (second, row) in run.rows("intervals.csv").iter().enumerate() {
        assert_eq!(row["t_s"], second.to_string());
        let scheduled = if second < 8 { "200" } else { "0" };
        assert_eq!(row["scheduled"], scheduled, "{row:?}");
    }
    for row in run.rows("summary.csv") {
        let longest = row["max_us"].trim_start_matches('>');
        let within = longest.is_empty() || longest.parse::<f64>().unwrap() < HALF_AN_HOUR;
        assert!(within, "{row:?}");
    }
    assert!(run.record["duration_s"].as_f64().unwrap() * 1e6 < HALF_AN_HOUR);
}

/// The file must never be incomplete, because the library reads it all the
/// time.
fn set(offset: &Path, step: &str) {
    let new = offset.with_extension("new");
    fs::write(&new, step).unwrap();
    fs::rename(new, offset).unwrap();
}

fn lines(file: &Path) -> usize {
    fs::read_to_string(file).unwrap_or_default().lines().count()
}

/// The variant for programs with threads, in the library folder for this
/// architecture.
fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap();
    let mut paths =
        folders.map(|folder| folder.unwrap().path().join("faketime/libfaketimeMT.so.1"));
    let found = paths.find(|path| path.exists());
    found.expect(
        "libfaketime is missing: install Debian's package libfaketime, or run .ci/install-peers",
    )
}
