//! Why a server did not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::SecretError;
use crate::settings::SettingsError;
use crate::tls::TlsError;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings are invalid.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// There is no user.
    #[error("no user can log in: set at least one, or require_auth = false")]
    NoUser,
    /// The server cannot listen on a port.
    #[error("cannot listen on port {port}: {source}")]
    Port {
        /// The port.
        port: u16,
        /// The error of the system.
        source: io::Error,
    },
    /// A user's secret is not available.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// TLS could not be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The CA certificate could not be written.
    #[error("cannot write the CA certificate to {}: {source}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The control endpoint cannot listen.
    #[error("cannot listen on {address} for the control endpoint: {source}")]
    Control {
        /// Its address.
        address: SocketAddr,
        /// The error of the system.
        source: io::Error,
    },
    /// The folder for captured messages cannot be used.
    #[error("cannot capture messages in {}: {source}", folder.display())]
    Capture {
        /// The folder.
        folder: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A worker could not be started.
    #[error("cannot start a worker: {0}")]
    Worker(#[from] io::Error),
}
