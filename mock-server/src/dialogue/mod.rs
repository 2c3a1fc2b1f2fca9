//! The server side of an SMTP session with SES, without I/O.
//!
//! A [`Dialogue`] receives what happened (connected, secured, bytes received,
//! bytes sent) and when, and returns what to do next. It decides every reply and
//! when it is sent; it never opens a socket, reads a clock or waits.
//! [`Account`](crate::account::Account) has the limits of the account, and
//! [`Settings`](crate::Settings) the delays. Events are emitted to
//! [`Observers`](crate::observers::Observers).
//!
//! It shares no parsing code with the client, so that it does not share the
//! client's errors.
//!
//! # Its parts
//!
//! The parts do not call each other and emit no events. They return values, and
//! their parent in `session/` decides what follows: it is the only place that
//! emits. Parts share a few types of values, such as [`Turn`](turn::Turn).
//!
//! | part | its state |
//! |---|---|
//! | `link` | the connection: plain, handshaking, secure or closed, and by what |
//! | `input` | what was received and not read: half a line, bytes that wait |
//! | `auth` | anonymous, exchanging, or logged in as whom |
//! | `transaction` | none, an envelope, or an envelope and its message |
//! | `faults` | the fault for the next reply, and what earlier ones changed |
//! | `outbox` | replies to be sent, and which of them are 250s for messages |
//!
//! `command` parses lines, and `config` holds what all sessions share.
//!
//! # Driving it
//!
//! There are three kinds of methods. *Inputs* report what happened and return
//! nothing: first [`connected`](Dialogue::connected), then in any order
//! [`input`](Dialogue::input) and, as the answer to the step that asked for it,
//! [`sent`](Dialogue::sent) and [`secured`](Dialogue::secured).
//! [`next`](Dialogue::next) returns the driver's next [`Step`]; call it after each
//! input, and again at the time that it or [`deadline`](Dialogue::deadline) names.
//! *Questions*, such as [`deadline`](Dialogue::deadline), change nothing. Dropping
//! it ends the session: that is the last event.
//!
//! ```
//! use std::sync::Arc;
//!
//! use sesbench_mock::testing::{
//!     Account, Config, Dialogue, Handshake, Instant, Observer, Observers, Step,
//! };
//! use sesbench_mock::{Credentials, Settings, TlsVersion};
//!
//! let settings = Settings::default();
//! let account = Account::new(&settings, &Credentials::random())?;
//! let observers = Arc::new(Observers::new(&settings));
//! let config = Config::new(&settings, observers.interest(), 7, 1_700_000_000_000)?;
//! let mut dialogue = Dialogue::new(Arc::new(config), Arc::new(account), observers, false);
//!
//! let mut now = Instant(0);
//! let mut heard = Vec::new();
//! dialogue.connected(now);
//! loop {
//!     match dialogue.next(now) {
//!         Step::Send(bytes) => {
//!             heard.extend_from_slice(bytes);
//!             dialogue.sent(now);
//!         }
//!         Step::Wait(until) => now = until,
//!         Step::Receive => dialogue.input(b"QUIT\r\n", now),
//!         Step::StartTls(_) => {
//!             let version = TlsVersion::Tls13;
//!             dialogue.secured(Handshake { version, resumed: false }, now);
//!         }
//!         Step::Close { .. } | Step::Reset | Step::Stall => break,
//!     }
//! }
//! assert!(heard.starts_with(b"220 email-smtp.amazonaws.com ESMTP "));
//! assert!(heard.ends_with(b"\r\n221 Bye\r\n"));
//! # Ok::<(), sesbench_mock::SettingsError>(())
//! ```

mod auth;
mod command;
mod config;
mod faults;
mod input;
mod link;
mod outbox;
mod session;
mod step;
#[cfg(test)]
mod tests;
mod transaction;
mod turn;

pub use config::Config;
pub use session::Dialogue;
pub use step::Step;
