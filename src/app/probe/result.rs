//! The result of a probe.

use crate::engine::SessionFailure;
use crate::vocabulary::ExitCode;

/// The result of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProbeResult {
    /// The session is open; no message was sent.
    Ready,
    /// The message was accepted, with this reply.
    Accepted(String),
    /// The message was not accepted.
    NotAccepted(SessionFailure),
    /// The session could not be opened.
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

    /// Its name in JSON.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Accepted(_) => "accepted",
            Self::NotAccepted(_) => "not_accepted",
            Self::NoSession(_) => "no_session",
        }
    }

    /// The failure, if any.
    pub(super) const fn refused(&self) -> Option<&SessionFailure> {
        match self {
            Self::NotAccepted(refused) | Self::NoSession(refused) => Some(refused),
            Self::Ready | Self::Accepted(_) => None,
        }
    }
}
