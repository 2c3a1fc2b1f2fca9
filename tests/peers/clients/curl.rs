//! curl: it has an exit code for each kind of failure, and a short message.
//! Only `--verbose` shows the reply.

use std::process::Command;

use super::Situation::{
    NotVerified, QuotaSpent, Success, Throttled, TooLong, TooManyConnections, WrongPassword,
};
use super::{Case, Order, RECIPIENT, SENDER, hold};
use crate::mock::Mode;
use crate::peer;

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
        reports: &["exit 67, Login denied, < 535 Authentication Credentials Invalid"],
        counted: &[("auth_failed", 1), ("sessions", 0), ("accepted", 0)],
    },
    Case {
        situation: Throttled,
        reports: &[
            "exit 0",
            "exit 8, Weird server reply, < 454 Throttling failure: Maximum sending rate \
              exceeded.",
        ],
        counted: &[("connections", 2), ("accepted", 1), ("throttled", 1)],
    },
    Case {
        situation: QuotaSpent,
        reports: &[
            "exit 8, Weird server reply, < 454 Throttling failure: Daily message quota \
              exceeded.",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("quota", 1)],
    },
    Case {
        situation: NotVerified,
        reports: &[
            "exit 8, Weird server reply, < 554 Message rejected: Email address is not \
              verified. The following identities failed the check in region US-EAST-1: \
              sender@example.com",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooLong,
        reports: &["exit 8, Weird server reply, < 552 Message is too long."],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooManyConnections,
        reports: &[
            "exit 8, Got unexpected smtp-server response: 421, < 421 Too many \
              concurrent SMTP connections",
        ],
        counted: &[("connections", 2), ("sessions", 0)],
    },
];

#[test]
#[ignore = "needs curl; .ci/install-peers installs it"]
fn curl_ends_with_a_code_of_its_own_and_names_the_reply() {
    hold("curl", &CASES, |order| {
        (0..order.messages).map(|_| send(order)).collect()
    });
}

fn send(order: &Order<'_>) -> String {
    let scheme = match order.mode {
        Mode::StartTls => "smtp",
        Mode::Wrapper => "smtps",
    };
    let user = format!("{}:{}", order.server.username(), order.password);
    let mut curl = Command::new(peer::program("curl", "curl"));
    curl.args(["--silent", "--show-error", "--verbose", "--ssl-reqd"])
        .arg("--cacert")
        .arg(order.server.ca_file())
        .args(["--user", &user, "--mail-from", SENDER])
        .args(["--mail-rcpt", RECIPIENT, "--upload-file", "-"])
        .arg(format!(
            "{scheme}://127.0.0.1:{}/client.example",
            order.port
        ));
    let output = peer::run(&mut curl, MESSAGE);
    let code = output.code.unwrap();
    let mut lines = output.stderr.lines();
    let Some(error) = lines.find_map(|line| line.strip_prefix(&format!("curl: ({code}) "))) else {
        return format!("exit {code}");
    };
    let mut replies = output.stderr.lines().filter(|line| refuses(line));
    format!(
        "exit {code}, {error}, {}",
        replies.next_back().unwrap_or("no reply")
    )
}

/// Whether the line, as `--verbose` shows it, is a reply with 4xx or 5xx.
fn refuses(line: &str) -> bool {
    line.starts_with("< 4") || line.starts_with("< 5")
}

const MESSAGE: &str = "From: sender@example.com\r\nSubject: From curl\r\n\r\nText.\r\n.dotted\r\n";
