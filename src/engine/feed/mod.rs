//! Where a slot gets its messages: from the pacer in the open model, from
//! itself in the closed model.

mod closed;
mod open;

pub(super) use closed::{ClosedFeed, pause_until};
pub(super) use open::OpenFeed;

/// The source of messages.
pub(super) enum Feed {
    /// The schedule, through dispatcher and mailboxes.
    Open(OpenFeed),
    /// As fast as replies come.
    Closed(ClosedFeed),
}
