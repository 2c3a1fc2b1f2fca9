//! The ledger of a run when the machine runs out of something: a full disk, no
//! local ports, a wall clock that is set during the run. Tests that need
//! neither a namespace nor a tool are in `tests/program/ledger`.

mod clock;
mod disk;
mod ports;

use std::fs;
use std::path::Path;

use crate::accounting;
use crate::sesbench::Run;

/// 200/s over 50 sessions for that duration; the mock stores its messages in
/// `captured`.
fn scenario(folder: &Path, duration: &str, messages_per_session: u32) -> String {
    let path = folder.join("scenario.toml");
    let captured = folder.join("captured");
    let text = format!(
        "[load]\nrate = \"200/s\"\nduration = \"{duration}\"\nwarm_up = \"0s\"\n\
         sessions = 50\nmessages_per_session = {messages_per_session}\ndrain = \"60s\"\n\
         [mock]\nprofile = \"unlimited\"\ncapture = {captured:?}\n"
    );
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Ids of the messages that the mock accepted.
fn captured(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder.join("captured")).unwrap();
    let texts = files.map(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let ids = texts.map(|text| {
        let id = text
            .lines()
            .find_map(|line| line.strip_prefix("Message-ID: "));
        id.unwrap().to_owned()
    });
    ids.collect()
}

/// Every message ended once; the mock accepted those that were counted as
/// accepted, plus at most the unknown ones, and each once.
#[track_caller]
fn holds(run: &Run, captured: &[String]) {
    let totals = run.record["totals"].as_object().unwrap();
    let all: u64 = totals.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(all, 2 * run.total("scheduled"), "{totals:?}");
    let accepted = run.total("accepted");
    let may_be = accepted..=accepted + run.total("unknown");
    let indices = accounting::indices(run, captured.iter().map(String::as_str));
    assert!(may_be.contains(&(indices.len() as u64)), "{totals:?}");
    assert_eq!(run.record["mock"]["accepted"], indices.len());
    let mut intervals = run.rows("intervals.csv").into_iter();
    let scheduled = intervals
        .by_ref()
        .map(|row| row["scheduled"].parse::<u64>().unwrap());
    assert_eq!(scheduled.sum::<u64>(), run.total("scheduled"));
}
