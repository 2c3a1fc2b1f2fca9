//! The TLS configuration of the server.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::server::NoServerSessionStorage;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};

use super::{Certificates, TlsError};
use crate::protocol::{Certificate, TlsVersion};
use crate::settings::Settings;

/// The configuration with that certificate. A resumed session shows no
/// certificate, so only sessions with the valid one can be resumed.
///
/// The provider is always explicit: the process may have installed another one,
/// or two.
pub(crate) fn server_config(
    settings: &Settings,
    certificates: &Certificates,
    certificate: Certificate,
) -> Result<Arc<ServerConfig>, TlsError> {
    let versions: Vec<_> = settings.tls_versions.iter().map(version).collect();
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&versions)?
        .with_no_client_auth()
        .with_single_cert(certificates.chain(certificate), certificates.key())?;
    if settings.resumption && certificate == Certificate::Valid {
        // Tickets hold the state, so there is no cache that many clients could
        // fill.
        config.ticketer = aws_lc_rs::Ticketer::new()?;
    } else {
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(Arc::new(config))
}

fn version(version: &TlsVersion) -> &'static SupportedProtocolVersion {
    match version {
        TlsVersion::Tls12 => &TLS12,
        TlsVersion::Tls13 => &TLS13,
    }
}
