//! A line of the transcript.

use std::time::Duration;

/// An event, or a line sent or received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Since the start of the probe.
    pub(super) at: Duration,
    pub(super) kind: Kind,
    pub(super) text: String,
}

/// The kind of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A note by sesbench.
    Note,
    /// Sent by the client, secrets redacted.
    Sent,
    /// Received from the server.
    Received,
    /// The failure of the session or the message.
    Failed,
}

impl Kind {
    /// The mark of curl and swaks for such lines.
    pub(super) const fn mark(self) -> char {
        match self {
            Self::Note => '*',
            Self::Sent => '>',
            Self::Received => '<',
            Self::Failed => '!',
        }
    }

    /// Its name in JSON.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Failed => "failed",
        }
    }
}
