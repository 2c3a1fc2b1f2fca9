//! nodemailer, a mail client for Node: its `Error` has its own code, SES's
//! code, the command, and a text with SES's reply.

use std::process::Command;

use super::Situation::{
    NotVerified, QuotaSpent, SessionSpent, Success, Throttled, TooLong, TooManyConnections,
    WrongPassword,
};
use super::{Case, Order, hold};
use crate::peer;

const CASES: [Case; 8] = [
    Case {
        situation: Success,
        reports: &["sent 250 Ok <message id>"],
        counted: &[
            ("connections", 1),
            ("secured", 1),
            ("sessions", 1),
            ("accepted", 1),
        ],
    },
    Case {
        situation: WrongPassword,
        reports: &["EAUTH 535 AUTH PLAIN Invalid login: 535 Authentication Credentials Invalid"],
        counted: &[("auth_failed", 1), ("sessions", 0), ("accepted", 0)],
    },
    Case {
        situation: Throttled,
        reports: &[
            "sent 250 Ok <message id>",
            "EMESSAGE 454 DATA Message failed: 454 Throttling failure: Maximum sending \
              rate exceeded.",
        ],
        counted: &[("accepted", 1), ("throttled", 1)],
    },
    Case {
        situation: QuotaSpent,
        reports: &[
            "EMESSAGE 454 DATA Message failed: 454 Throttling failure: Daily message \
              quota exceeded.",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("quota", 1)],
    },
    Case {
        situation: NotVerified,
        reports: &[
            "EMESSAGE 554 DATA Message failed: 554 Message rejected: Email address is \
              not verified. The following identities failed the check in region \
              US-EAST-1: sender@example.com",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooLong,
        reports: &["EMESSAGE 552 DATA Message failed: 552 Message is too long."],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooManyConnections,
        reports: &[
            "EPROTOCOL 421 CONN Invalid greeting. response=421 Too many concurrent SMTP \
              connections: 421 Too many concurrent SMTP connections",
        ],
        counted: &[("connections", 2), ("sessions", 0)],
    },
    Case {
        situation: SessionSpent,
        reports: &[
            "sent 250 Ok <message id>",
            "EENVELOPE 421 MAIL FROM Mail command failed: 421 Connection closed by \
              server. Maximum message count per session reached.",
        ],
        counted: &[("connections", 1), ("accepted", 1)],
    },
];

#[test]
#[ignore = "needs node and nodemailer; .ci/install-peers installs them"]
fn nodemailer_rejects_with_a_code_of_its_own_and_the_reply() {
    hold("nodemailer", &CASES, send);
}

/// The lines that `send.js` prints.
fn send(order: &Order<'_>) -> Vec<String> {
    let script = peer::beside("clients/nodemailer/send.js");
    let modules = script.with_file_name("node_modules/nodemailer");
    assert!(
        modules.exists(),
        "nodemailer is missing: run .ci/install-peers"
    );
    let mut node = Command::new(peer::program("node", "nodejs"));
    node.arg(script)
        .args([order.mode.word(), "127.0.0.1", &order.port.to_string()])
        .arg(order.server.ca_file())
        .arg(order.messages.to_string())
        .env("SMTP_USERNAME", order.server.username())
        .env("SMTP_PASSWORD", order.password);
    let output = peer::run(&mut node, "");
    assert!(output.success, "{}", output.stderr);
    output.stdout.lines().map(str::to_owned).collect()
}
