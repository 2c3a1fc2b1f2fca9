//! A mock of Amazon SES's SMTP interface, as a library and as a server.
//!
//! It implements SES's SMTP dialogue on SES's five ports (STARTTLS and TLS
//! wrapper), checks SES-style credentials, and enforces an account's limits
//! where SES does: after the final dot. It delivers nothing.
//!
//! - [`Server`]: starts, stops and inspects a mock; tests begin with
//!   [`Server::builder`].
//! - [`settings`]: all settings, from TOML, flags or code.
//! - [`judge`]: a report on how clients treat SES, and what they should change.
//! - [`facts`]: what Amazon publishes: regions, ports, quotas, passwords.
//! - [`units`]: parses and writes durations and bandwidths.
//!
//! # SES in a test
//!
//! A complete test of a function that sends mail, here with [lettre] over
//! STARTTLS. It trusts the server's CA ([`Server::ca_pem`]); everything else is
//! as with SES, including the login and the reply above the rate.
//!
//! ```
//! use lettre::transport::smtp::Error;
//! use lettre::transport::smtp::authentication::Credentials;
//! use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
//! use lettre::{Message, SmtpTransport, Transport};
//! use sesbench_mock::Server;
//!
//! /// The function under test: `Ok(false)` means that it should be retried later.
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
//! // Above the rate SES answers 454 after the dot: nothing is queued.
//! server.set_quota(|limits| (limits.rate, limits.burst) = (Some(0.01), Some(1.0)))?;
//! assert!(welcome(&smtp, "bob@example.org")?);
//! assert!(!welcome(&smtp, "cid@example.org")?);
//! let counts = server.counts();
//! assert_eq!((counts.accepted, counts.throttled), (2, 1));
//!
//! // A wrong password gets a 535: a permanent error, not to be retried.
//! let smtp = transport(&server, "wrong")?;
//! let refused = welcome(&smtp, "dan@example.org").unwrap_err().to_string();
//! assert_eq!(refused, "permanent error (535): Authentication Credentials Invalid");
//! assert_eq!(server.stop().auth_failed, 1);
//! # Ok(())
//! # }
//! ```
//!
//! [lettre]: https://docs.rs/lettre

// They panic where the pipe behind them is closed.
#![warn(clippy::print_stderr, clippy::print_stdout)]

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
mod random;
mod server;
pub mod settings;
mod tls;
pub mod units;

/// For the tests and fuzz targets of this workspace only: the dialogue without a
/// socket, and its parts. It changes without notice.
#[doc(hidden)]
pub mod testing {
    pub use crate::account::Account;
    pub use crate::dialogue::{Config, Dialogue, Step};
    pub use crate::observers::Observers;
    pub use crate::protocol::{Certificate, Handshake, Instant, Observer, Reply};
}

pub use account::{
    Bucket as RateBucket, Budget as SendingBudget, Credentials, Limits, Mail, Password,
    QuotaDecision, Used, User,
};
pub use capture::Message;
pub use observers::Counts;
pub use observers::judge::{self, Report};
pub use protocol::{Instant, Stage, TlsVersion};
pub use server::{Builder, SecretError, Server, StartError, TimedOut};
pub use settings::{Settings, SettingsError};
pub use tls::TlsError;
