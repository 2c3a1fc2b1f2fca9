//! `sesbench run` against aiosmtpd: an independent implementation of SMTP, TLS
//! and login.

mod server;

use crate::accounting;
use crate::mock::MODES;
use crate::sesbench::Program;
use server::{Aiosmtpd, PASSWORD, USERNAME};

#[test]
#[ignore = "needs python3-aiosmtpd; .ci/install-peers installs it"]
fn aiosmtpd_accepts_what_the_run_counts_in_both_modes_and_mechanisms() {
    for (mode, _) in MODES {
        for mechanism in ["plain", "login"] {
            let server = Aiosmtpd::start(mode);
            let words = format!(
                "--rate 50/s --duration 2s --warm-up 1s --sessions 6 --messages-per-session 20 \
                 --set message.recipients=2 --set auth.mechanism={mechanism}"
            );
            let run = program(&server, &words).passes();
            assert_eq!(run.total("scheduled"), 150);
            let taken = server.taken();
            accounting::agree(&run, taken.iter().map(|each| each.message_id.as_str()));
            assert!(
                taken
                    .iter()
                    .all(|each| each.recipients == 2 && each.secured)
            );
        }
    }
}

/// `AUTH PLAIN`, an empty 334, and then the answer.
#[test]
#[ignore = "needs python3-aiosmtpd; .ci/install-peers installs it"]
fn plain_without_an_initial_response_logs_in() {
    for (mode, _) in MODES {
        let server = Aiosmtpd::start(mode);
        let words = "--model closed --messages 20 --warm-up 0s --sessions 2 \
                     --set auth.initial_response=false";
        let run = program(&server, words).passes();
        let taken = server.taken();
        accounting::agree(&run, taken.iter().map(|each| each.message_id.as_str()));
        assert_eq!(taken.len(), 20);
    }
}

#[test]
#[ignore = "needs python3-aiosmtpd; .ci/install-peers installs it"]
fn a_password_that_aiosmtpd_refuses_ends_the_run_before_it_begins() {
    for (mode, _) in MODES {
        let server = Aiosmtpd::start(mode);
        let words = "--model closed --messages 5 --warm-up 0s --sessions 2";
        let output = program(&server, words).log_in(USERNAME, "wrong").says();
        assert_eq!(output.code, Some(3), "{output:?}");
        let reply = "535 5.7.8 Authentication credentials invalid";
        assert!(output.stderr.contains(reply), "{}", output.stderr);
        assert!(server.taken().is_empty());
    }
}

/// A run against this server, with a login.
fn program(server: &Aiosmtpd, words: &str) -> Program {
    let arguments = server.arguments();
    let arguments = arguments.iter().map(String::as_str);
    let words: Vec<_> = arguments.chain(words.split_whitespace()).collect();
    Program::run(&words).log_in(USERNAME, PASSWORD)
}
