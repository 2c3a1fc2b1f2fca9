//! Series of `sesbench ab` on SES: all of their runs together are held against the
//! ceiling and what is left of the day, before any connection.

use std::fs;

use super::refused::{Untouched, refused_by, with_credentials};
use crate::support::Sesbench;

/// An account with 60 recipients left: as many as the series takes.
const ACCOUNT: &str = r#"{"Max24HourSend": 50000, "MaxSendRate": 14, "SentLast24Hours": 49940}"#;

/// A series on SES, for which the server answers: six runs of ten messages each, with the
/// pair that is discarded.
fn series(server: &Untouched, words: &str) -> Sesbench {
    let scenario = format!(
        "allow_recipient_domains = ['corp.internal']\n\
         [target]\nkind = 'ses'\nregion = 'us-east-1'\nhost = '127.0.0.1'\nport = {}\n\
         [load]\nrate = '2/s'\nduration = '5s'\nwarm_up = '0s'\n\
         [message]\nfrom = 'me@corp.internal'\nto = ['you@corp.internal']\n",
        server.port()
    );
    let words = format!("ab scenario.toml --factor load.sessions=1,2 --pairs 2 {words}");
    let program = with_credentials(Sesbench::new(&words));
    program.file("scenario.toml", &scenario);
    program.file("account.json", ACCOUNT);
    program
}

#[test]
fn all_runs_together_are_held_against_the_ceiling_and_the_day() {
    let server = Untouched::new();
    for (words, parts) in [
        (
            "--yes --account account.json --max-recipients 59",
            &["the series exceeds this ceiling of 59 recipients: its 6 runs take up to 60"][..],
        ),
        (
            "--yes --account account.json --max-recipients 61",
            &[
                "--account: target.max_recipients: up to 61 recipients",
                "60 of the 50,000 in 24 hours are left",
            ],
        ),
        // All of it fits: only the yes is missing.
        (
            "--account account.json --max-recipients 60",
            &["confirm with --yes"],
        ),
    ] {
        refused_by(&server, series(&server, words), parts);
    }
}

#[test]
fn the_account_of_a_series_is_not_overwritten() {
    let server = Untouched::new();
    let words = "--yes --account account.json --max-recipients 60 --export json=account.json";
    let done = series(&server, words).done().with(2);
    let why = "account.json is the account: expected a file of its own";
    assert!(done.stderr.contains(why), "{}", done.stderr);
    let kept = fs::read_to_string(done.directory().join("account.json")).unwrap();
    assert_eq!(kept, ACCOUNT);
    server.holds();
}
