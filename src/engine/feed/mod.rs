//! Where a slot gets its messages: from the pacer in the open model, from
//! itself in the closed model.

mod closed;
mod open;

use std::time::Duration;

pub(super) use closed::ClosedFeed;
pub(super) use open::OpenFeed;

/// The source of messages.
pub(super) enum Feed {
    /// The schedule, through dispatcher and mailboxes.
    Open(OpenFeed),
    /// As fast as replies come.
    Closed(ClosedFeed),
}

/// How often a waiting thread or slot checks whether it still has something to
/// wait for.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
