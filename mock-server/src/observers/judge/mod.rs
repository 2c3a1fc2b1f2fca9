//! How a client treated SES: what it did well, what SES would have made it pay
//! for, and what to change.
//!
//! The judge consumes the stream of events and remembers a bounded
//! amount, however many clients do whatever for however long: figures, one
//! small entry for each open session, and the last messages by their
//! `Message-ID`. From that comes a [`Report`]: plain data, and a text. It
//! changes nothing that is said on the wire, and knows no clock.

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

/// Listens to all sessions of a server.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    aggregates: Mutex<Aggregates>,
}

/// How clients behaved from the start, or the last reset, until it was asked.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Report {
    /// For how long they were watched.
    pub seconds: f64,
    /// TCP connections and what was made of them.
    pub connections: Connections,
    /// TLS handshakes.
    pub tls: Tls,
    /// Logins.
    pub logins: Logins,
    /// Messages that reached their final dot.
    pub messages: Messages,
    /// What was sent over time, beside what the account allows.
    pub rate: Rate,
    /// What became of refused messages.
    pub retries: Retries,
    /// 4xx and 5xx replies to anything but a dot, by their text.
    pub refusals: std::collections::BTreeMap<&'static str, u64>,
    /// What is worth changing, the gravest first.
    pub findings: Vec<Finding>,
}

impl Judge {
    /// What is to be said at `now`. `quota` is what the account allows.
    #[must_use]
    pub(crate) fn report(&self, now: Instant, quota: Quota) -> Report {
        self.aggregates().report(now, quota)
    }

    /// Forgets what it saw; sessions that are open go on.
    pub(crate) fn reset(&self, now: Instant) {
        self.aggregates().reset(now);
    }

    /// Notes are sound between any two events: poison says nothing.
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
    /// Whether there is a finding of that code.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }
}

/// Most replies are a 250 to MAIL and RCPT, of which nothing is to be said: a
/// message costs the lock once, whatever its recipients.
fn is_worth_noting(event: &Event<'_>) -> bool {
    match event {
        // The dot has an event of its own.
        Event::Replied { stage, .. } if *stage == Stage::Dot => false,
        // What the server does wrong is no conduct of the client's.
        Event::Faulted { .. } => false,
        Event::Replied { reply, .. } => *reply == Reply::Banner || reply.is_refusal(),
        // It is the rule; the exception has an event of its own.
        Event::Answered => false,
        _ => true,
    }
}
