//! What the server offers in a handshake.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::server::NoServerSessionStorage;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};

use super::{Certificates, TlsError};
use crate::protocol::{Certificate, TlsVersion};
use crate::settings::Settings;

/// What is offered with that certificate. A client that resumes a session is
/// shown none, so that sessions are resumed with the valid one only.
///
/// By `builder_with_provider`, always: the process may have another provider,
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
        // Tickets hold the state: no cache to fill, however many the clients.
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
