//! The interface between sessions, which emit events, and what consumes them.
//!
//! It decides how an event reaches its consumers: as a call that returns
//! nothing, so that no observer can change what a session does. What is made of
//! the events is each observer's business.

use super::{Event, Instant};

/// A consumer of the events of all sessions.
///
/// One observer is shared by all worker threads, and each calls it from the
/// middle of a session. Therefore every method takes `&self`, unlike in the
/// client's trait of the same kind, whose observer belongs to one session. An
/// implementation synchronises what it changes, for as short as it can: a
/// session waits for it.
pub trait Observer: Send + Sync {
    /// What sessions have to find out for it, by default nothing. It is asked
    /// once, before the first session.
    fn interest(&self) -> Interest {
        Interest::default()
    }

    /// Something happened in the session of that number, at that moment.
    fn on_event(&self, session: u64, now: Instant, event: &Event<'_>);
}

/// What sessions find out only where an observer needs it, because it costs
/// something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// The `Message-ID` of each message, and a hash of its recipients.
    pub message_ids: bool,
    /// Whether the client was still there when the 250 for a message left.
    pub undelivered_replies: bool,
    /// Whether the client uses a connection again that the idle time-out has
    /// ended.
    pub late_clients: bool,
}
