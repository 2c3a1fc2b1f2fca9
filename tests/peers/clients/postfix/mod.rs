//! A Postfix that relays through the mock: what it logs for each attempt, and
//! whether its queue drains.

mod relay;

use self::relay::Relay;
use super::Situation::{
    NotVerified, QuotaSpent, SessionSpent, Success, Throttled, TooLong, TooManyConnections,
    WrongPassword,
};
use super::{Case, Order, hold};
use crate::mock::{self, MODES};

const CASES: [Case; 8] = [
    Case {
        situation: Success,
        reports: &["sent (250 Ok <message id>)"],
        counted: &[
            ("connections", 1),
            ("secured", 1),
            ("sessions", 1),
            ("accepted", 1),
        ],
    },
    Case {
        situation: WrongPassword,
        reports: &[
            "deferred (SASL authentication failed; server 127.0.0.1[127.0.0.1] said: \
              535 Authentication Credentials Invalid)",
        ],
        counted: &[("auth_failed", 1), ("sessions", 0), ("accepted", 0)],
    },
    Case {
        situation: Throttled,
        reports: &[
            "sent (250 Ok <message id>)",
            "deferred (host 127.0.0.1[127.0.0.1] said: 454 Throttling failure: Maximum \
              sending rate exceeded. (in reply to end of DATA command))",
        ],
        counted: &[("connections", 2), ("accepted", 1), ("throttled", 1)],
    },
    Case {
        situation: QuotaSpent,
        reports: &[
            "deferred (host 127.0.0.1[127.0.0.1] said: 454 Throttling failure: Daily \
              message quota exceeded. (in reply to end of DATA command))",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("quota", 1)],
    },
    Case {
        situation: NotVerified,
        reports: &[
            "bounced (host 127.0.0.1[127.0.0.1] said: 554 Message rejected: Email \
              address is not verified. The following identities failed the check in \
              region US-EAST-1: sender@example.com (in reply to end of DATA command))",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooLong,
        reports: &[
            "bounced (host 127.0.0.1[127.0.0.1] said: 552 Message is too long. (in \
              reply to end of DATA command))",
        ],
        counted: &[("sessions", 1), ("accepted", 0), ("rejected", 1)],
    },
    Case {
        situation: TooManyConnections,
        reports: &[
            "deferred (host 127.0.0.1[127.0.0.1] refused to talk to me: 421 Too many \
              concurrent SMTP connections)",
        ],
        counted: &[("connections", 2), ("sessions", 0)],
    },
    // With TLS it does not reuse connections, unless smtp_tls_connection_reuse
    // is set.
    Case {
        situation: SessionSpent,
        reports: &["sent (250 Ok <message id>)", "sent (250 Ok <message id>)"],
        counted: &[("connections", 2), ("accepted", 2)],
    },
];

#[test]
#[ignore = "needs postfix; .ci/install-peers installs it"]
fn postfix_defers_temporary_failures_and_bounces_permanent_ones() {
    hold("Postfix", &CASES, |order| {
        let relay = Relay::start(order, &[]);
        for sent in 1..=order.messages {
            relay.submit(1);
            relay.attempts(sent, |_| true);
        }
        relay.attempts(order.messages, |_| true)
    });
}

/// Some messages are accepted at once, and the others are retried every second
/// until none is left.
#[test]
#[ignore = "needs postfix; .ci/install-peers installs it"]
fn a_queue_of_postfix_drains_under_throttling_and_each_message_goes_out_once() {
    const MESSAGES: usize = 20;
    const IMPATIENT: [(&str, &str); 3] = [
        ("minimal_backoff_time", "1s"),
        ("maximal_backoff_time", "1s"),
        ("queue_run_delay", "1s"),
    ];
    for (mode, port) in MODES {
        let server = mock::with(|settings| {
            settings.rate = Some(20.0);
            settings.burst = Some(4.0);
        });
        let order = Order {
            server: &server,
            mode,
            port: server.port(port),
            password: server.password(),
            messages: MESSAGES,
        };
        let relay = Relay::start(&order, &IMPATIENT);
        relay.submit(MESSAGES);
        let attempts = relay.attempts(MESSAGES, |status| status.starts_with("sent "));
        relay.removed(MESSAGES);
        assert_eq!(relay.queue(), "", "{mode:?}");
        let (sent, put_off): (Vec<_>, Vec<_>) = attempts
            .iter()
            .partition(|status| status.starts_with("sent (250 Ok "));
        let throttled = "deferred (host 127.0.0.1[127.0.0.1] said: 454 Throttling failure: \
                         Maximum sending rate exceeded. (in reply to end of DATA command))";
        assert!(
            put_off.iter().all(|status| *status == throttled),
            "{put_off:?}"
        );
        let counts = server.stop();
        println!(
            "| Postfix | {mode:?} | queue of {MESSAGES} | sent {}, deferred {} times | \
             accepted {}, throttled {} |",
            sent.len(),
            put_off.len(),
            counts.accepted,
            counts.throttled
        );
        assert!(!put_off.is_empty(), "{mode:?}: nothing was throttled");
        assert_eq!(sent.len(), MESSAGES, "{mode:?}");
        assert_eq!(counts.accepted, MESSAGES as u64, "{mode:?}");
        assert_eq!(counts.throttled, put_off.len() as u64, "{mode:?}");
        assert!(
            relay.said("Verified TLS connection established to") > 0,
            "{mode:?}"
        );
    }
}
