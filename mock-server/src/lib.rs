//! A mock of Amazon SES's SMTP interface, as a library and as a server.
//!
//! It speaks SES's dialogue on SES's five ports (STARTTLS and TLS wrapper),
//! checks SES-style credentials, and enforces an account's limits where SES
//! does: after the final dot. Nothing it accepts goes anywhere.
//!
//! - [`facts`]: what Amazon publishes: regions, ports, quotas, passwords.
//! - [`settings`]: what can be set, by TOML, by flag or in code.
//! - [`dialogue`]: the server's side of SMTP, without I/O and without a clock.
//! - [`account`]: users, sending rate, daily quota, counts.
//! - [`events`]: what happens in sessions, for whoever counts or judges it.
//! - [`tls`]: a CA and a certificate, made at start.
//! - [`server`]: sockets and threads that move bytes for all of it.
//!
//! # An SES inside a test
//!
//! ```
//! use std::io::{BufRead, BufReader};
//! use std::net::TcpStream;
//!
//! use sesbench_mock::{Server, Settings};
//!
//! let server = Server::start(Settings { ephemeral: true, ..Settings::default() })?;
//! let stream = TcpStream::connect(("127.0.0.1", server.port(587)))?;
//! let mut banner = String::new();
//! BufReader::new(stream).read_line(&mut banner)?;
//!
//! assert!(banner.starts_with("220 email-smtp.amazonaws.com ESMTP SimpleEmailService-"));
//! assert_eq!(server.counts().connections, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A client trusts the server by [`Server::ca_pem`] and logs in with
//! [`Server::username`] and [`Server::password`].

pub mod account;
mod capture;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "control")]
mod control;
pub mod dialogue;
pub mod events;
pub mod facts;
mod faults;
pub mod judge;
mod nanos;
pub mod server;
pub mod settings;
pub mod tls;

pub use account::{Counts, Credentials, Limits, Password, Used, User};
pub use capture::Message;
pub use judge::Report;
pub use nanos::Nanos;
pub use server::{Builder, Server, StartError};
pub use settings::{Settings, SettingsError};
