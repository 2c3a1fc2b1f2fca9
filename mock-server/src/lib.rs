//! A mock of Amazon SES's SMTP interface, as a library and as a server.
//!
//! It speaks SES's dialogue on SES's five ports (STARTTLS and TLS wrapper),
//! checks SES-style credentials, and enforces an account's limits where SES
//! does: after the final dot. Nothing it accepts goes anywhere.
//!
//! - [`Server`]: starts, stops and inspects a mock; [`Server::builder`] is the
//!   way in for tests.
//! - [`settings`]: what can be set, by TOML, by flag or in code.
//! - [`judge`]: how clients treated SES, and what they should change.
//! - [`facts`]: what Amazon publishes: regions, ports, quotas, passwords.
//! - [`units`]: durations and bandwidths, as users write them.
//!
//! # An SES inside a test
//!
//! The whole test of a function that sends mail, here by [lettre] over STARTTLS.
//! It trusts the server by [`Server::ca_pem`], and nothing else is different
//! from SES: not the login, not the reply above the rate.
//!
//! ```
//! use lettre::transport::smtp::Error;
//! use lettre::transport::smtp::authentication::Credentials;
//! use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
//! use lettre::{Message, SmtpTransport, Transport};
//! use sesbench_mock::Server;
//!
//! /// What is tested: `Ok(false)` is to be tried again later.
//! fn welcome(smtp: &SmtpTransport, to: &str) -> Result<bool, Box<dyn std::error::Error>> {
//!     let message = Message::builder()
//!         .from("shop@example.com".parse()?)
//!         .to(to.parse()?)
//!         .subject("Welcome")
//!         .body("Good to have you here.".to_owned())?;
//!     match smtp.send(&message) {
//!         Ok(_) => Ok(true),
//!         Err(error) if error.is_transient() => Ok(false),
//!         Err(error) => Err(error.into()),
//!     }
//! }
//!
//! fn transport(server: &Server, password: &str) -> Result<SmtpTransport, Error> {
//!     let ca = Certificate::from_pem(server.ca_pem().as_bytes())?;
//!     let tls = TlsParameters::builder("localhost".to_owned()).add_root_certificate(ca);
//!     let user = Credentials::new(server.username().to_owned(), password.to_owned());
//!     Ok(SmtpTransport::builder_dangerous("127.0.0.1")
//!         .port(server.port(587))
//!         .tls(Tls::Required(tls.build()?))
//!         .credentials(user)
//!         .build())
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::builder().start()?;
//! let smtp = transport(&server, server.password())?;
//! assert!(welcome(&smtp, "ann@example.org")?);
//! assert_eq!(server.counts().accepted, 1);
//! let message = &server.messages()[0];
//! assert_eq!(message.recipients, ["ann@example.org"]);
//! assert!(message.text().contains("Subject: Welcome\r\n"));
//!
//! // Above the rate SES says 454 after the dot: nothing is queued.
//! server.set_quota(|limits| (limits.rate, limits.burst) = (Some(0.01), Some(1.0)))?;
//! assert!(welcome(&smtp, "bob@example.org")?);
//! assert!(!welcome(&smtp, "cid@example.org")?);
//! let counts = server.counts();
//! assert_eq!((counts.accepted, counts.throttled), (2, 1));
//!
//! // Another user's password is a 535, and no reason to try again.
//! let smtp = transport(&server, "wrong")?;
//! let refused = welcome(&smtp, "dan@example.org").unwrap_err().to_string();
//! assert_eq!(refused, "permanent error (535): Authentication Credentials Invalid");
//! assert_eq!(server.stop().auth_failed, 1);
//! # Ok(())
//! # }
//! ```
//!
//! [lettre]: https://docs.rs/lettre

mod account;
mod atomic_write;
mod capture;
#[cfg(feature = "cli")]
pub mod cli;
mod clock;
#[cfg(feature = "control")]
mod control;
mod dialogue;
pub mod facts;
mod faults;
#[cfg(test)]
mod golden;
mod handle;
mod observers;
mod protocol;
mod server;
pub mod settings;
mod tls;
pub mod units;

/// What the tests of this workspace and the fuzz targets drive: the dialogue
/// without a socket, and what it is made of. Not for others: it changes without
/// notice.
#[doc(hidden)]
pub mod testing {
    pub use crate::account::Account;
    pub use crate::dialogue::{Config, Dialogue, Step};
    pub use crate::observers::Observers;
    pub use crate::protocol::{Certificate, Handshake, Instant, Observer, Reply};
}

pub use account::{Credentials, Limits, Password, Used, User};
pub use capture::Message;
pub use observers::Counts;
pub use observers::judge::{self, Report};
pub use protocol::{FaultStage, TlsVersion};
pub use server::{Builder, SecretError, Server, StartError, TimedOut};
pub use settings::{Settings, SettingsError};
pub use tls::TlsError;
