//! The interface between a dialogue and its driver.

use std::fmt;

#[cfg(doc)]
use super::Dialogue;

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

/// What failed below the dialogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// [`Dialogue::deadline`] passed.
    #[error("no answer in time")]
    TimedOut,
    /// The server closed the connection.
    #[error("connection closed by the server")]
    Closed,
    /// The socket failed.
    #[error("{0}")]
    Socket(String),
    /// The TLS handshake failed.
    #[error("TLS: {0}")]
    Tls(String),
    /// The server wrote this in plaintext where TLS was expected.
    #[error("{0}")]
    Plaintext(String),
    /// The run ended and does not wait any longer.
    #[error("cut off: the run ended")]
    Cut,
}

/// A command line that may contain a secret, and whose `Debug` hides it.
#[derive(Default)]
pub(super) struct Line(pub(super) Vec<u8>);

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} bytes)", self.0.len())
    }
}
