//! What a session asks of its driver.

use crate::protocol::{Certificate, Instant};

/// What the driver must do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Write these bytes, then call [`Dialogue::sent`](super::Dialogue::sent).
    Send(&'a [u8]),
    /// Wait until that time: a reply is delayed.
    Wait(Instant),
    /// Do the TLS handshake with that certificate, then call
    /// [`Dialogue::secured`](super::Dialogue::secured).
    StartTls(Certificate),
    /// Pass input to [`Dialogue::input`](super::Dialogue::input), or call
    /// [`Dialogue::next`](super::Dialogue::next) again at
    /// [`Dialogue::deadline`](super::Dialogue::deadline).
    Receive,
    /// Close the connection.
    Close {
        /// The client may still be sending: read its input before closing.
        /// Otherwise the RST that follows could overtake the last reply.
        linger: bool,
    },
    /// Reset the connection (RST).
    Reset,
    /// Send and read nothing until the client disconnects.
    Stall,
}
