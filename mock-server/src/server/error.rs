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
    /// The settings make no sense.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Nobody could log in.
    #[error("there is no user who may log in: give at least one, or set require_auth = false")]
    NoUser,
    /// A port can't be listened on.
    #[error("port {port} can't be listened on: {source}")]
    Port {
        /// The port.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// A user's secret can't be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// TLS could not be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The CA certificate could not be written.
    #[error("writing the CA certificate to {}: {source}", path.display())]
    CaFile {
        /// Where to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The control endpoint can't be served.
    #[error("the control endpoint can't listen on {address}: {source}")]
    Control {
        /// Where it was to be.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Messages can't be kept.
    #[error("keeping messages in {}: {source}", folder.display())]
    Capture {
        /// Where they were to be.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A worker could not be started.
    #[error("starting a worker: {0}")]
    Worker(#[from] io::Error),
}
