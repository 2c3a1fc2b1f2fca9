//! What the program can't do, it says in one line: what is wrong, where, and
//! what is allowed.

mod mock;
mod results;
mod scenario;
mod target;
mod words;

use crate::support::{Done, Sesbench};

/// Refused with that exit code and one line that has all those parts.
#[track_caller]
fn refused(program: Sesbench, code: i32, parts: &[&str]) -> Done {
    let done = program.done().with(code);
    assert_eq!(done.stdout, "");
    // Where it was going is no part of what is wrong.
    let errors = done.stderr.lines();
    let errors = errors.filter(|line| !line.starts_with("sesbench: connecting to "));
    assert_eq!(errors.count(), 1, "{}", done.stderr);
    assert!(done.stderr.starts_with("sesbench: "), "{}", done.stderr);
    for part in parts {
        assert!(done.stderr.contains(part), "{part:?} in {}", done.stderr);
    }
    done
}

/// The same, before there was anything to keep results of.
#[track_caller]
fn invalid(program: Sesbench, parts: &[&str]) {
    let done = refused(program, 2, parts);
    assert!(!done.directory().join("results").exists());
    assert!(!done.directory().join("out").exists());
}
