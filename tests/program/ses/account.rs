//! `--account`: the state of the account in `check` and in runs, most of which it
//! refuses before any connection.

use std::io::Write;
use std::process::Stdio;

use super::refused::{Untouched, refused_by, with_credentials};
use super::{on_mock, on_ses};
use crate::support::{Done, Mock, Sesbench};

/// As `aws sesv2 get-account` prints it.
const ACCOUNT: &str = r#"{
    "EnforcementStatus": "HEALTHY",
    "ProductionAccessEnabled": true,
    "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 60.0, "SentLast24Hours": 49981.0},
    "SendingEnabled": true
}"#;

/// Recipients that count against the daily quota.
const OWN: &str =
    "--to you@corp.internal --set allow_recipient_domains=['corp.internal'] --account account.json";

fn changed(from: &str, to: &str) -> String {
    let text = ACCOUNT.replace(from, to);
    assert_ne!(text, ACCOUNT, "{from}");
    text
}

/// Asserts that a run with that account is refused because of these words alone.
#[track_caller]
fn refused(account: &str, words: &str, parts: &[&str]) {
    let server = Untouched::new();
    let program = with_credentials(on_ses(&server.port(), &format!("--yes {words}")));
    program.file("account.json", account);
    refused_by(&server, program, parts);
}

#[test]
fn a_run_that_the_account_cannot_do_is_refused() {
    let part = "--account: EnforcementStatus: SHUTDOWN";
    refused(&changed("HEALTHY", "SHUTDOWN"), OWN, &[part]);
    let paused = changed("Enabled\": true\n", "Enabled\": false\n");
    refused(&paused, OWN, &["--account: SendingEnabled: false"]);
    let sandbox = changed("AccessEnabled\": true", "AccessEnabled\": false");
    refused(
        &sandbox,
        OWN,
        &["ProductionAccessEnabled: false: in the sandbox"],
    );
    let parts = [
        "--account: target.max_recipients: up to 20 recipients, retries included",
        "19 of the 50,000 in 24 hours are left",
    ];
    refused(ACCOUNT, OWN, &parts);
}

#[test]
fn a_rate_above_the_accounts_is_refused() {
    let parts = ["--max-rate: target.max_rate: 61/s is above the account's 60/s"];
    refused(ACCOUNT, "--max-rate 61/s --account account.json", &parts);
    let parts = [
        "scenario.toml:6: target.max_rate: 50/s is above the account's 14.5/s (MaxSendRate in \
         account.json)",
    ];
    let slower = changed("60.0", "14.5");
    refused(&slower, "--rate 1/s --account account.json", &parts);
}

#[test]
fn a_file_that_holds_no_account_is_refused() {
    let words = "--account account.json";
    let command = "`aws sesv2 get-account`";
    refused(
        "{}",
        words,
        &["--account: account.json: `SendQuota` is missing", command],
    );
    refused("", words, &["account.json: empty", command]);
    let parts = ["account.json: line 1, column 1: invalid JSON", command];
    refused("max_rate", words, &parts);
    let negative = changed("60.0", "-60.0");
    refused(
        &negative,
        words,
        &["`SendQuota.MaxSendRate` is -60.0", command],
    );
    refused(
        ACCOUNT,
        "--account absent.json",
        &["absent.json: No such file"],
    );
}

#[test]
fn an_account_is_only_for_ses() {
    let server = Untouched::new();
    let target = format!(
        "--target 127.0.0.1:{} --account account.json",
        server.port()
    );
    let program = Sesbench::run(&target);
    program.file("account.json", ACCOUNT);
    let part = "target.kind: must be \"ses\" with --account";
    refused_by(&server, program, &[part, "--target ses:REGION"]);
}

/// The arguments are those of a run, which becomes a check.
fn check(account: &str, words: &str) -> Done {
    let scenario = "[target]\nkind = 'ses'\nregion = 'us-east-1'\nmax_recipients = 20\n\
                    [load]\nrate = '50/s'\nmessages = 10\nwarm_up = '100ms'\n\
                    [message]\nfrom = 'me@corp.internal'\n";
    let program = Sesbench::new(&format!("check scenario.toml {words}"));
    program.file("scenario.toml", scenario);
    program.file("account.json", account);
    program.done().with(0)
}

#[test]
fn a_check_shows_what_is_left_of_the_day() {
    let done = check(ACCOUNT, OWN);
    for part in [
        "\n  rate       up to 50/s; at most 60/s, retries included",
        "% of 50000 in 24 hours\n",
        "\n  account    19 of 50,000 in 24 hours left, 49,981 sent; at most 60/s (account.json, ",
        "s old)\n",
        "\nbefore it can run: target.max_recipients: up to 20 recipients",
    ] {
        assert!(done.stdout.contains(part), "{part:?} in {}", done.stdout);
    }
    let quota = r#"{"Max24HourSend": 200.0, "MaxSendRate": 60.0, "SentLast24Hours": 1.0}"#;
    let done = check(quota, OWN);
    for part in [
        "\n  account    199 of 200 in 24 hours left, 1 sent",
        "\n  note       whether the account can send, and whether it is in the sandbox, is not known",
    ] {
        assert!(done.stdout.contains(part), "{part:?} in {}", done.stdout);
    }
    assert!(!done.stdout.contains("max_recipients:"), "{}", done.stdout);
}

#[test]
fn the_account_can_come_through_a_pipe() {
    let mock = Mock::start("");
    let program = on_mock(&mock, "--yes --account -");
    let mut command = program.command();
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(ACCOUNT.as_bytes()).unwrap();
    drop(stdin);
    let done = program.ended(child.wait_with_output().unwrap()).passed();
    let line =
        "account    19 of 50,000 in 24 hours left, 49,981 sent; at most 60/s (standard input)";
    assert!(done.stderr.contains(line), "{}", done.stderr);
    let (counted, _) = mock.stop();
    assert_eq!(counted["counts"]["accepted_recipients"], 15);
}

#[test]
fn the_account_is_not_overwritten() {
    let server = Untouched::new();
    for flag in ["--export text=account.json", "--trace ./account.json"] {
        let words = format!("--yes --account account.json {flag}");
        let program = with_credentials(on_ses(&server.port(), &words));
        program.file("account.json", ACCOUNT);
        let done = program.done().with(2);
        let part = "account.json is the account: expected a file of its own";
        assert!(done.stderr.contains(part), "{}", done.stderr);
        let file = done.directory().join("account.json");
        assert_eq!(std::fs::read_to_string(file).unwrap(), ACCOUNT);
    }
    server.holds();
}
