//! Python's smtplib: it raises an exception of a class for the step that
//! failed, with SES's code and text.

use std::process::Command;

use super::Situation::{
    NotVerified, QuotaSpent, SessionSpent, Success, Throttled, TooLong, TooManyConnections,
    WrongPassword,
};
use super::{Case, Order, hold};
use crate::mock::{self, MODES};
use crate::peer;

const CASES: [Case; 8] = [
    Case {
        situation: Success,
        reports: &["sent"],
        counted: &[
            ("connections", 1),
            ("secured", 1),
            ("sessions", 1),
            ("accepted", 1),
        ],
    },
    // It tries PLAIN, and then LOGIN on the same connection.
    Case {
        situation: WrongPassword,
        reports: &["SMTPAuthenticationError 535 Authentication Credentials Invalid"],
        counted: &[("connections", 1), ("auth_failed", 2), ("accepted", 0)],
    },
    Case {
        situation: Throttled,
        reports: &[
            "sent",
            "SMTPDataError 454 Throttling failure: Maximum sending rate exceeded.",
        ],
        counted: &[("connections", 1), ("accepted", 1), ("throttled", 1)],
    },
    Case {
        situation: QuotaSpent,
        reports: &["SMTPDataError 454 Throttling failure: Daily message quota exceeded."],
        counted: &[("sessions", 1), ("accepted", 0), ("quota", 1)],
    },
    Case {
        situation: NotVerified,
        reports: &[
            "SMTPDataError 554 Message rejected: Email address is not verified. The \
              following identities failed the check in region US-EAST-1: \
              sender@example.com",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooLong,
        reports: &["SMTPDataError 552 Message is too long."],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooManyConnections,
        reports: &["SMTPConnectError 421 Too many concurrent SMTP connections"],
        counted: &[("connections", 2), ("sessions", 0)],
    },
    Case {
        situation: SessionSpent,
        reports: &[
            "sent",
            "SMTPSenderRefused 421 Connection closed by server. Maximum message count \
              per session reached.",
        ],
        counted: &[("connections", 1), ("accepted", 1)],
    },
];

#[test]
#[ignore = "needs python3; .ci/install-peers installs it"]
fn smtplib_raises_an_exception_for_the_step_with_the_reply() {
    hold("smtplib", &CASES, send);
}

#[test]
#[ignore = "needs python3; .ci/install-peers installs it"]
fn a_multipart_message_has_the_size_that_python_counted() {
    for (mode, port) in MODES {
        let server = mock::generous();
        let order = Order {
            server: &server,
            mode,
            port: server.port(port),
            password: server.password(),
            messages: 1,
        };
        let said = run(&order);
        // Dots are stuffed only during transmission.
        assert_eq!(said, [format!("sent {}", server.stop().bytes)], "{mode:?}");
    }
}

fn send(order: &Order<'_>) -> Vec<String> {
    let said = run(order);
    let without_size = |said: String| match said.strip_prefix("sent ") {
        Some(_) => "sent".to_owned(),
        None => said,
    };
    said.into_iter().map(without_size).collect()
}

/// The lines that `send.py` prints.
fn run(order: &Order<'_>) -> Vec<String> {
    let mut python = Command::new(peer::program("python3", "python3"));
    python
        .arg(peer::beside("clients/smtplib/send.py"))
        .args([order.mode.word(), "127.0.0.1", &order.port.to_string()])
        .arg(order.server.ca_file())
        .arg(order.messages.to_string())
        .env("SMTP_USERNAME", order.server.username())
        .env("SMTP_PASSWORD", order.password);
    let output = peer::run(&mut python, "");
    assert!(output.success, "{}", output.stderr);
    output.stdout.lines().map(str::to_owned).collect()
}
