//! Invalid words on the command line. These errors are clap's: the reason, and
//! where to read more.

use crate::support::Sesbench;

#[track_caller]
fn usage(words: &[&str], parts: &[&str]) {
    let program = words
        .iter()
        .fold(Sesbench::new(""), |program, word| program.arg(*word));
    let done = program.done().with(2);
    assert_eq!(done.stdout, "");
    for part in parts.iter().chain(&["--help"]) {
        assert!(done.stderr.contains(part), "{part:?} in {}", done.stderr);
    }
    assert_eq!(std::fs::read_dir(done.directory()).unwrap().count(), 0);
}

#[test]
fn unknown_words() {
    usage(&["chek"], &["chek", "check"]);
    usage(&["run", "--sesions", "5"], &["--sesions", "--sessions"]);
    usage(&["run", "a.toml", "b.toml"], &["b.toml"]);
}

#[test]
fn values_that_are_not_possible() {
    usage(
        &["run", "--tls", "plain"],
        &["plain", "starttls, wrapper, none"],
    );
    usage(
        &["run", "--model", "half-open"],
        &["half-open", "open, closed"],
    );
    usage(&["run", "--format", "xml"], &["xml", "human, json"]);
    usage(&["run", "--target", "a:b"], &["HOST:PORT"]);
    usage(&["run", "--messages=-5"], &["--messages"]);
}

#[test]
fn thresholds_and_assignments_without_a_meaning() {
    usage(
        &["run", "--threshold", "respons.p99<1ms"],
        &["respons.p99", "response.p99"],
    );
    usage(
        &["run", "--threshold", "response.p99<fast"],
        &["fast", "250ms"],
    );
    usage(&["run", "--threshold", "response.p99"], &["response.p99"]);
    usage(
        &["run", "--set", "load.rate"],
        &["load.rate", "expected KEY=VALUE"],
    );
}

#[test]
fn flags_that_exclude_each_other() {
    usage(
        &["run", "--messages", "5", "--duration", "5s"],
        &["--messages", "--duration"],
    );
}
