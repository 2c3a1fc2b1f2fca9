//! The interface between sessions, which emit events, and observers, which
//! consume them.
//!
//! An event is a call without a return value, so that no observer can change what
//! a session does. Each observer decides what to do with the events.

use super::{Event, Instant};

/// A consumer of the events of all sessions.
///
/// One observer is shared by all worker threads, and each calls it from within a
/// session. Therefore every method takes `&self`, unlike in the client's similar
/// trait, whose observer belongs to one session. An implementation must
/// synchronise its changes, and briefly: the session waits for it.
pub trait Observer: Send + Sync {
    /// What sessions must find out for it, by default nothing. Called once, before
    /// the first session.
    fn interest(&self) -> Interest {
        Interest::default()
    }

    /// An event in session number `session`, at `now`.
    fn on_event(&self, session: u64, now: Instant, event: &Event<'_>);
}

/// What sessions find out only if an observer needs it, because it has a cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// The `Message-ID` of each message, and a hash of its recipients.
    pub message_ids: bool,
    /// Whether the client was still connected when the 250 for a message was
    /// sent.
    pub undelivered_replies: bool,
    /// Whether the client uses a connection again after the idle time-out.
    pub late_clients: bool,
}
