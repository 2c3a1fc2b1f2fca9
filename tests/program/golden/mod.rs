//! Goldens: what users and their programs rely on, as files in `tests/golden/`.
//!
//! A golden contains names, types and numbers, not prose, so that it stays the
//! same when texts are rewritten and code moves. It contains no times and
//! counts that depend on the machine. `UPDATE_GOLDEN=1 cargo test --test
//! program golden` writes the files again.

mod flags;
mod plans;
mod runs;
mod shape;
mod stored;
mod words;

use std::fs;
use std::path::PathBuf;

use crate::support::repository;

/// The folder of the goldens.
fn folder() -> PathBuf {
    repository().join("tests/golden")
}

/// Fails with the first line that differs between the file and `found`.
#[track_caller]
fn assert_golden(name: &str, found: &str) {
    let path = folder().join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if let Some(difference) = difference(&expected, found) {
        panic!(
            "tests/golden/{name} differs at {difference}\n\
             If the change is meant: UPDATE_GOLDEN=1 cargo test --test program golden"
        );
    }
}

/// The first line that differs, in both versions.
fn difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let (mut old, mut new) = (expected.lines(), found.lines());
    for number in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old == new => {}
            (old, new) => {
                let text = |line: Option<&str>| line.unwrap_or("(end of file)").to_owned();
                let (old, new) = (text(old), text(new));
                return Some(format!(
                    "line {number}:\n  expected: {old}\n  found:    {new}"
                ));
            }
        }
    }
    Some("its line ends".to_owned())
}

#[test]
fn the_first_line_that_differs_is_named() {
    assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    let at = |expected, found| difference(expected, found).unwrap();
    assert_eq!(
        at("a\nb\n", "a\nc\n"),
        "line 2:\n  expected: b\n  found:    c"
    );
    assert!(at("a\n", "a\nb\n").contains("expected: (end of file)\n  found:    b"));
    assert!(at("a\nb\n", "a\n").contains("found:    (end of file)"));
    assert_eq!(at("a\n", "a"), "its line ends");
}
