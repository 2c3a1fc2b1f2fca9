//! lettre, a mail client for Rust: its error is transient or permanent, with
//! SES's code and text.

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error, SmtpTransport};
use lettre::{Message, Transport};

use super::Situation::{
    NotVerified, QuotaSpent, Success, Throttled, TooLong, TooManyConnections, WrongPassword,
};
use super::{Case, Order, RECIPIENT, SENDER, hold};
use crate::mock::Mode;

const CASES: [Case; 7] = [
    Case {
        situation: Success,
        reports: &["250 Ok <message id>"],
        counted: &[
            ("connections", 1),
            ("secured", 1),
            ("sessions", 1),
            ("accepted", 1),
        ],
    },
    Case {
        situation: WrongPassword,
        reports: &["is_permanent: permanent error (535): Authentication Credentials Invalid"],
        counted: &[("auth_failed", 1), ("sessions", 0), ("accepted", 0)],
    },
    Case {
        situation: Throttled,
        reports: &[
            "250 Ok <message id>",
            "is_transient: transient error (454): Throttling failure: Maximum sending \
              rate exceeded.",
        ],
        counted: &[("connections", 2), ("accepted", 1), ("throttled", 1)],
    },
    Case {
        situation: QuotaSpent,
        reports: &[
            "is_transient: transient error (454): Throttling failure: Daily message \
              quota exceeded.",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("quota", 1)],
    },
    Case {
        situation: NotVerified,
        reports: &[
            "is_permanent: permanent error (554): Message rejected: Email address is \
              not verified. The following identities failed the check in region \
              US-EAST-1: sender@example.com",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooLong,
        reports: &["is_permanent: permanent error (552): Message is too long."],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooManyConnections,
        reports: &["is_transient: transient error (421): Too many concurrent SMTP connections"],
        counted: &[("connections", 2), ("sessions", 0)],
    },
];

#[test]
#[ignore = "one of the real peers: run with them"]
fn lettre_distinguishes_transient_from_permanent_errors_with_the_reply() {
    hold("lettre", &CASES, |order| {
        let transport = transport(order);
        let one = |_| match transport.send(&message()) {
            Ok(reply) => format!(
                "{} {}",
                reply.code(),
                reply.first_line().unwrap_or_default()
            ),
            Err(error) => told(&error),
        };
        (0..order.messages).map(one).collect()
    });
}

fn told(error: &Error) -> String {
    let kind = match (error.is_transient(), error.is_permanent()) {
        (true, false) => "is_transient",
        (false, true) => "is_permanent",
        _ => "neither",
    };
    format!("{kind}: {error}")
}

fn transport(order: &Order<'_>) -> SmtpTransport {
    let ca = Certificate::from_pem(order.server.ca_pem().as_bytes()).unwrap();
    let tls = TlsParameters::builder("127.0.0.1".to_owned());
    let tls = tls.add_root_certificate(ca).build().unwrap();
    let user = Credentials::new(
        order.server.username().to_owned(),
        order.password.to_owned(),
    );
    SmtpTransport::builder_dangerous("127.0.0.1")
        .port(order.port)
        .tls(match order.mode {
            Mode::StartTls => Tls::Required(tls),
            Mode::Wrapper => Tls::Wrapper(tls),
        })
        .credentials(user)
        .build()
}

fn message() -> Message {
    Message::builder()
        .from(SENDER.parse().unwrap())
        .to(RECIPIENT.parse().unwrap())
        .subject("From lettre")
        .body("Plain text.\n.dotted\n".to_owned())
        .unwrap()
}
