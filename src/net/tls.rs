//! Builds rustls's client configuration from the plan's TLS settings.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme, SupportedProtocolVersion, version,
};
use rustls_platform_verifier::Verifier;

use super::peer_certificates::{PeerCertificates, RecordingVerifier};
use super::trusted::Trusted;
use super::{TlsSettings, TlsVersion, tls_error};

/// Why TLS can't be configured as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidTls {
    /// A key exchange group that the library does not support.
    #[error(
        "target.key_exchange: unknown group `{0}`: expected {known}",
        known = key_exchange_names().join(", ")
    )]
    UnknownGroup(String),
    /// The file of CA certificates can't be used.
    #[error("target.ca_file: {path}: {reason}")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The library rejects the settings.
    #[error("TLS settings: {}", tls_error::describe(.0))]
    Rustls(#[from] rustls::Error),
}

/// The supported key exchange groups, in the library's order of preference.
pub(crate) fn key_exchange_names() -> Vec<String> {
    let groups = aws_lc_rs::ALL_KX_GROUPS.iter();
    groups.map(|group| format!("{:?}", group.name())).collect()
}

/// Does, once in this thread, the work that the cryptographic library does at
/// first use: gathering entropy takes some 30 ms, which would otherwise be
/// measured as part of the first handshake.
pub(crate) fn warm_up() {
    let mut some = [0; 32];
    // If random numbers are not available, the handshake reports it.
    let _ = aws_lc_rs::default_provider().secure_random.fill(&mut some);
}

/// The client configuration: one for each run, so that TLS modes share no
/// state. The certificates that servers send are recorded in `chain`, if there
/// is one.
pub(super) fn client_config(
    settings: &TlsSettings,
    chain: Option<&Arc<PeerCertificates>>,
) -> Result<ClientConfig, InvalidTls> {
    let provider = Arc::new(provider(settings)?);
    let mut judge = judge(settings, &provider)?;
    if let Some(chain) = chain.cloned() {
        judge = Arc::new(RecordingVerifier { chain, judge });
    }
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions(settings))?
        .dangerous()
        .with_custom_certificate_verifier(judge)
        .with_no_client_auth();
    if !settings.resumption {
        config.resumption = Resumption::disabled();
    }
    Ok(config)
}

/// The verifier that decides whether a certificate is accepted.
fn judge(
    settings: &TlsSettings,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, InvalidTls> {
    let provider = provider.clone();
    Ok(match &settings.ca_file {
        _ if settings.insecure => Arc::new(AnyCertificate(provider)),
        Some(path) => Arc::new(Trusted::from_file(path, provider)?),
        None => Arc::new(Verifier::new(provider)?),
    })
}

fn provider(settings: &TlsSettings) -> Result<CryptoProvider, InvalidTls> {
    let mut provider = aws_lc_rs::default_provider();
    if settings.key_exchange.is_empty() {
        return Ok(provider);
    }
    provider.kx_groups = settings
        .key_exchange
        .iter()
        .map(|name| group(name).ok_or_else(|| InvalidTls::UnknownGroup(name.clone())))
        .collect::<Result<_, _>>()?;
    Ok(provider)
}

fn group(name: &str) -> Option<&'static dyn rustls::crypto::SupportedKxGroup> {
    let mut groups = aws_lc_rs::ALL_KX_GROUPS.iter().copied();
    groups.find(|group| format!("{:?}", group.name()).eq_ignore_ascii_case(name))
}

fn versions(settings: &TlsSettings) -> Vec<&'static SupportedProtocolVersion> {
    let each = settings.versions.iter().map(|asked| match asked {
        TlsVersion::V12 => &version::TLS12,
        TlsVersion::V13 => &version::TLS13,
    });
    each.collect()
}

/// Accepts any certificate, and still checks that the server holds its key:
/// what `--insecure` asks for.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
