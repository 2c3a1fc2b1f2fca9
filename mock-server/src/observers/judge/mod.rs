//! How a client treats SES: what it did, how SES would have reacted, and what
//! to change.
//!
//! The judge consumes the stream of events and stores a bounded amount of
//! data, however long clients run: figures, one small entry for each open
//! session, and the most recent messages by their `Message-ID`. From that it
//! makes a [`Report`]: plain data, and a text. It changes nothing on the wire
//! and reads no clock.

mod aggregates;
mod examine;
mod figures;
mod finding;
mod message_tracker;
mod rules;
mod session_tracker;
#[cfg(test)]
mod tests;
mod text;
mod timeline;
mod waits;

use std::sync::{Mutex, MutexGuard, PoisonError};

use self::aggregates::Aggregates;
pub use self::figures::{
    Connections, Logins, Messages, PerConnection, Rate, Retries, Slice, Spread, Tls, Wait,
};
pub use self::finding::{Finding, Severity};
use crate::facts::Quota;
use crate::protocol::{Event, Instant, Interest, Observer, Reply, Stage};

/// Observes all sessions of a server.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    aggregates: Mutex<Aggregates>,
}

/// How clients behaved since the start or the last reset.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Report {
    /// Length of the observation.
    pub seconds: f64,
    /// TCP connections and how they were used.
    pub connections: Connections,
    /// TLS handshakes.
    pub tls: Tls,
    /// Logins.
    pub logins: Logins,
    /// Messages that reached the final dot.
    pub messages: Messages,
    /// What was sent over time, and what the account allows.
    pub rate: Rate,
    /// Retries of refused messages.
    pub retries: Retries,
    /// 4xx and 5xx replies to anything but the dot, by their text.
    pub refusals: std::collections::BTreeMap<&'static str, u64>,
    /// What to change, the most severe first.
    pub findings: Vec<Finding>,
}

impl Judge {
    /// The report at `now`. `quota` is what the account allows.
    #[must_use]
    pub(crate) fn report(&self, now: Instant, quota: Quota) -> Report {
        self.aggregates().report(now, quota)
    }

    /// Discards all figures; open sessions continue.
    pub(crate) fn reset(&self, now: Instant) {
        self.aggregates().reset(now);
    }

    /// Consistent between any two events, so a poisoned lock can be used.
    fn aggregates(&self) -> MutexGuard<'_, Aggregates> {
        self.aggregates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Judge {
    fn interest(&self) -> Interest {
        Interest {
            message_ids: true,
            undelivered_replies: true,
            late_clients: true,
        }
    }

    fn on_event(&self, session: u64, now: Instant, event: &Event<'_>) {
        if is_worth_noting(event) {
            self.aggregates().take(session, now, event);
        }
    }
}

impl Report {
    /// Whether there is a finding with that code.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }
}

/// Most replies are a 250 to MAIL or RCPT, which the report does not need.
/// Without them a message takes the lock once, whatever its recipients.
fn is_worth_noting(event: &Event<'_>) -> bool {
    match event {
        // The dot has an event of its own.
        Event::Replied { stage, .. } if *stage == Some(Stage::Dot) => false,
        // Injected by the server, not the client's behaviour.
        Event::Faulted { .. } => false,
        Event::Replied { reply, .. } => *reply == Reply::Banner || reply.is_refusal(),
        _ => true,
    }
}
