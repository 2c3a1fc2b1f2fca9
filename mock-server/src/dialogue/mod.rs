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
//! # Driving it
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
