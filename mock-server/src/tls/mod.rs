//! TLS: a CA and a server certificate made at start, and what is offered.
//!
//! Nothing is kept between runs, and nothing is built in: who trusts the CA of
//! one server trusts no other.

mod certificates;
mod config;

pub(crate) use certificates::Certificates;
pub(crate) use config::server_config;

/// Why TLS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Making or signing a certificate failed.
    #[error("making the certificates: {0}")]
    Certificate(#[from] rcgen::Error),
    /// rustls refused the result.
    #[error("setting up TLS: {0}")]
    Config(#[from] rustls::Error),
}
