//! swaks, a test client for mail administrators: it has an exit code for the
//! step that failed, and marks the reply that caused the failure with an
//! asterisk.

use std::process::Command;

use super::Situation::{
    NotVerified, QuotaSpent, Success, Throttled, TooLong, TooManyConnections, WrongPassword,
};
use super::{Case, Order, RECIPIENT, SENDER, hold};
use crate::mock::Mode;
use crate::peer;

/// Marks of unexpected replies, in plaintext and within TLS.
const UNWANTED: [&str; 2] = ["<** ", "<~* "];

const CASES: [Case; 7] = [
    Case {
        situation: Success,
        reports: &["exit 0"],
        counted: &[
            ("connections", 1),
            ("secured", 1),
            ("sessions", 1),
            ("accepted", 1),
        ],
    },
    Case {
        situation: WrongPassword,
        reports: &["exit 28, 535 Authentication Credentials Invalid"],
        counted: &[("auth_failed", 1), ("sessions", 0), ("accepted", 0)],
    },
    Case {
        situation: Throttled,
        reports: &[
            "exit 0",
            "exit 26, 454 Throttling failure: Maximum sending rate exceeded.",
        ],
        counted: &[("connections", 2), ("accepted", 1), ("throttled", 1)],
    },
    Case {
        situation: QuotaSpent,
        reports: &["exit 26, 454 Throttling failure: Daily message quota exceeded."],
        counted: &[("sessions", 1), ("accepted", 0), ("quota", 1)],
    },
    Case {
        situation: NotVerified,
        reports: &[
            "exit 26, 554 Message rejected: Email address is not verified. The \
              following identities failed the check in region US-EAST-1: \
              sender@example.com",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooLong,
        reports: &["exit 26, 552 Message is too long."],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooManyConnections,
        reports: &["exit 21, 421 Too many concurrent SMTP connections"],
        counted: &[("connections", 2), ("sessions", 0)],
    },
];

#[test]
#[ignore = "needs swaks; .ci/install-peers installs it"]
fn swaks_ends_with_the_code_of_the_step_and_shows_the_reply() {
    for mechanism in ["PLAIN", "LOGIN"] {
        hold(&format!("swaks, {mechanism}"), &CASES, |order| {
            let one = |_| send(order, mechanism);
            (0..order.messages).map(one).collect()
        });
    }
}

fn send(order: &Order<'_>, mechanism: &str) -> String {
    let tls = match order.mode {
        Mode::StartTls => "--tls",
        Mode::Wrapper => "--tls-on-connect",
    };
    let mut swaks = Command::new(peer::program("swaks", "swaks"));
    swaks
        .args(["--server", "127.0.0.1"])
        .args(["--port", &order.port.to_string()])
        .args([tls, "--tls-verify", "--tls-ca-path"])
        .arg(order.server.ca_file())
        .args(["--auth", mechanism, "--auth-user", order.server.username()])
        .args(["--auth-password", order.password])
        .args([
            "--helo",
            "client.example",
            "--from",
            SENDER,
            "--to",
            RECIPIENT,
        ]);
    let output = peer::run(&mut swaks, "");
    let unwanted = |line: &str| UNWANTED.iter().find_map(|mark| reply(line, mark));
    let reply = output.stdout.lines().find_map(unwanted);
    let reply = reply.map_or(String::new(), |reply| format!(", {reply}"));
    format!("exit {}{reply}", output.code.unwrap())
}

fn reply(line: &str, mark: &str) -> Option<String> {
    line.strip_prefix(mark).map(str::to_owned)
}
