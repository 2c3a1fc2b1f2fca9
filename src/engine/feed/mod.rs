//! Where a slot's messages come from: the pacer in the open model, the slot's
//! own readiness in the closed one.

mod closed;
mod open;

use std::time::Duration;

pub(super) use closed::ClosedFeed;
pub(super) use open::OpenFeed;

/// Where messages come from.
pub(super) enum Feed {
    /// The schedule, through hand-over and mailboxes.
    Open(OpenFeed),
    /// As fast as replies come.
    Closed(ClosedFeed),
}

/// How often those who wait for something look whether it will still come.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
