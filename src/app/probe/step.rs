//! A line of what happened.

use std::time::Duration;

/// Something that happened, or was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Since the probe began.
    pub(super) at: Duration,
    pub(super) kind: Kind,
    pub(super) text: String,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Neither side said it.
    Note,
    /// Said by the client, less its secrets.
    Sent,
    /// Said by the server.
    Received,
    /// What the session or the message ended with.
    Failed,
}

impl Kind {
    /// As curl and swaks mark their lines.
    pub(super) const fn mark(self) -> char {
        match self {
            Self::Note => '*',
            Self::Sent => '>',
            Self::Received => '<',
            Self::Failed => '!',
        }
    }

    /// For programs.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Failed => "failed",
        }
    }
}
