//! The interface between a dialogue and its driver.

use std::borrow::Cow;
use std::fmt;

#[cfg(doc)]
use super::Dialogue;
use crate::vocabulary::{Cause, Failure, Phase, TlsFailure};

/// The driver's next step.
#[derive(PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// Make the TCP connection; then [`Dialogue::connected`].
    Connect,
    /// Do the TLS handshake; then [`Dialogue::secured`].
    Secure,
    /// Hand both parts to the socket, as one write where that is possible, and
    /// flush; then [`Dialogue::sent`].
    Send {
        /// The first part.
        head: &'a [u8],
        /// The second part; may be empty.
        body: &'a [u8],
        /// Whether it contains a secret and must never be shown.
        sensitive: bool,
    },
    /// Read into [`Dialogue::space`]; then [`Dialogue::filled`].
    Receive,
    /// Nothing to do until a message is given, the session is ended, or the
    /// server sends an unsolicited reply.
    Ready,
    /// The session is over: drop the connection.
    Close,
}

impl fmt::Debug for Step<'_> {
    /// By name only: a step may contain a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "Connect",
            Self::Secure => "Secure",
            Self::Send { .. } => "Send",
            Self::Receive => "Receive",
            Self::Ready => "Ready",
            Self::Close => "Close",
        })
    }
}

/// Why the driver could not perform a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StepFailure {
    /// What was found.
    pub failure: Failure,
    /// What the failure is about; see [`Cause::detail`].
    pub detail: Option<String>,
    /// The text for reports.
    pub text: Cow<'static, str>,
}

impl StepFailure {
    /// A failure with a text that is more specific than its phrase.
    pub(crate) fn new(failure: Failure, text: String) -> Self {
        Self {
            failure,
            detail: None,
            text: Cow::Owned(text),
        }
    }

    /// The cause of what ends by it.
    pub(super) fn cause(&self, phase: Option<Phase>) -> Cause<'_> {
        Cause {
            detail: self.detail.as_deref(),
            text: &self.text,
            ..Cause::local(phase, self.failure)
        }
    }

    /// Whether the connection is lost, rather than slow or aborted by the
    /// client.
    pub(super) fn is_loss(&self) -> bool {
        matches!(self.failure, Failure::Socket(_) | Failure::Closed) || self.is_plaintext()
    }

    /// Whether the server wrote in plaintext where TLS was due.
    pub(super) fn is_plaintext(&self) -> bool {
        matches!(
            self.failure,
            Failure::Tls(TlsFailure::Plaintext | TlsFailure::PlaintextInside)
        )
    }
}

impl From<Failure> for StepFailure {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            detail: None,
            text: Cow::Borrowed(failure.phrase()),
        }
    }
}

/// A command line that may contain a secret, and whose `Debug` hides it.
#[derive(Default)]
pub(super) struct Line(pub(super) Vec<u8>);

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} bytes)", self.0.len())
    }
}
