//! TLS: a CA and certificates generated at start, and the server's configuration.
//!
//! Nothing is kept between runs and nothing is built in: a client that trusts
//! the CA of one server trusts no other server.

mod certificates;
mod config;

pub(crate) use certificates::Certificates;
pub(crate) use config::server_config;

/// Why TLS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Making or signing a certificate failed.
    #[error("cannot generate the certificates: {0}")]
    Certificate(#[from] rcgen::Error),
    /// rustls refused the configuration.
    #[error("cannot set up TLS: {0}")]
    Config(#[from] rustls::Error),
}
