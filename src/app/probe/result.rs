//! What came of a probe.

use crate::engine::SessionFailure;
use crate::vocabulary::ExitCode;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProbeResult {
    /// The session was opened; nothing was sent.
    Ready,
    /// The message was taken, with these words.
    Accepted(String),
    /// The message was not taken.
    NotAccepted(SessionFailure),
    /// There was no session.
    NoSession(SessionFailure),
}

impl ProbeResult {
    pub(super) const fn exit_code(&self) -> ExitCode {
        match self {
            Self::Ready | Self::Accepted(_) => ExitCode::Pass,
            Self::NotAccepted(_) => ExitCode::Missed,
            Self::NoSession(_) => ExitCode::Unreachable,
        }
    }

    /// For programs.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Accepted(_) => "accepted",
            Self::NotAccepted(_) => "not_accepted",
            Self::NoSession(_) => "no_session",
        }
    }

    /// What stood in the way.
    pub(super) const fn refused(&self) -> Option<&SessionFailure> {
        match self {
            Self::NotAccepted(refused) | Self::NoSession(refused) => Some(refused),
            Self::Ready | Self::Accepted(_) => None,
        }
    }
}
