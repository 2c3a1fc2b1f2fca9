//! Searches on SES with `--account`: all of their steps are held against what is left
//! of the day, before any connection.

use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

use super::refused::{Untouched, refused_by, with_credentials};
use crate::support::Sesbench;

/// An account with 300 recipients left, which are enough for any single step.
const ACCOUNT: &str = r#"{"Max24HourSend": 50000, "MaxSendRate": 14, "SentLast24Hours": 49700}"#;

/// A search on SES, for which the server answers. No step is longer than 28 messages.
fn search(server: &Untouched, words: &str) -> Sesbench {
    let scenario = format!(
        "allow_recipient_domains = ['corp.internal']\n\
         [target]\nkind = 'ses'\nregion = 'us-east-1'\nhost = '127.0.0.1'\nport = {}\n\
         [load]\nrate = '2/s'\nduration = '20s'\nwarm_up = '0s'\n\
         [message]\nfrom = 'me@corp.internal'\nto = ['you@corp.internal']\n",
        server.port()
    );
    let words = format!("search scenario.toml --step-duration 2s {words}");
    let program = with_credentials(Sesbench::new(&words));
    program.file("scenario.toml", &scenario);
    program.file("account.json", ACCOUNT);
    program
}

#[test]
fn all_steps_together_are_held_against_what_is_left_of_the_day() {
    let server = Untouched::new();
    let words = "--yes --account account.json --max-recipients 301";
    let parts = [
        "--account: target.max_recipients: up to 301 recipients",
        "300 of the 50,000 in 24 hours are left",
    ];
    refused_by(&server, search(&server, words), &parts);
    // What is left is enough: only the yes is missing.
    let words = "--account account.json --max-recipients 300";
    refused_by(&server, search(&server, words), &["confirm with --yes"]);
}

/// The ceiling is too low for a run of the scenario, so that the plan is made twice.
#[test]
fn an_account_through_a_pipe_is_read_once() {
    let server = Untouched::new();
    let program = search(&server, "--account - --max-recipients 30");
    let mut child = program.command().stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(ACCOUNT.as_bytes()).unwrap();
    drop(stdin);
    let output: Output = child.wait_with_output().unwrap();
    let done = program.ended(output).with(2);
    assert!(
        done.stderr.contains("confirm with --yes"),
        "{}",
        done.stderr
    );
    server.holds();
}

#[test]
fn the_account_of_a_search_is_not_overwritten() {
    let server = Untouched::new();
    let words = "--yes --account account.json --max-recipients 300 --export json=account.json";
    let done = search(&server, words).done().with(2);
    let why = "account.json is the account: expected a file of its own";
    assert!(done.stderr.contains(why), "{}", done.stderr);
    let kept = fs::read_to_string(done.directory().join("account.json")).unwrap();
    assert_eq!(kept, ACCOUNT);
    server.holds();
}
