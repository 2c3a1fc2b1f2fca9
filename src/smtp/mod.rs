//! The client's side of SMTP, without input or output.
//!
//! [`Dialogue`] is one session as a state machine (RFC 5321, with STARTTLS of
//! RFC 3207, AUTH of RFC 4954 and PIPELINING of RFC 2920). It decides which
//! command is sent next, how long a reply may take and what a reply means, and
//! reports the stream of events. `net` moves the bytes, does TLS and reads the
//! clock; `engine` decides which message is sent next.

mod capabilities;
mod classify;
mod credentials;
mod dialogue;
mod limits;
mod outgoing;
mod reader;
mod redact;
mod reply;
mod timeouts;
mod tls_mode;

pub(crate) use capabilities::Capabilities;
pub(crate) use classify::is_suspension;
pub(crate) use credentials::{Credentials, Mechanism};
pub(crate) use dialogue::{Config, Dialogue, QUIT_TIMEOUT, Sasl, Step, StepFailure};
pub(crate) use limits::Limits;
pub(crate) use outgoing::Outgoing;
pub use reader::ReplyReader;
pub(crate) use redact::{Secrets, redacted};
pub(crate) use timeouts::Timeouts;
pub(crate) use tls_mode::TlsMode;
