//! Every refusal is one line on stderr: what is wrong, where, and what is
//! allowed.

mod mock;
mod results;
mod scenario;
mod target;
mod words;

use crate::support::{Done, Sesbench};

/// Asserts a refusal with that exit code, in one line with all those parts.
#[track_caller]
fn refused(program: Sesbench, code: i32, parts: &[&str]) -> Done {
    let done = program.done().with(code);
    assert_eq!(done.stdout, "");
    // The name of the results folder is not part of the error.
    let errors = done.stderr.lines();
    let errors = errors.filter(|line| !line.starts_with("sesbench: connecting to "));
    assert_eq!(errors.count(), 1, "{}", done.stderr);
    assert!(done.stderr.starts_with("sesbench: "), "{}", done.stderr);
    for part in parts {
        assert!(done.stderr.contains(part), "{part:?} in {}", done.stderr);
    }
    done
}

/// Like [`refused`], with exit code 2 and before a results folder was created.
#[track_caller]
fn invalid(program: Sesbench, parts: &[&str]) {
    let done = refused(program, 2, parts);
    assert!(!done.directory().join("results").exists());
    assert!(!done.directory().join("out").exists());
}
