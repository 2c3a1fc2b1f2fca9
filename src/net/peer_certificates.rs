//! Records the certificates that a server sends, before they are verified: when
//! verification fails, they show why.

use std::sync::{Arc, Mutex};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};

use super::certificate::Certificate;

/// The first chain that was received, the server's own certificate first. Later
/// handshakes only check that one is already recorded.
#[derive(Debug, Default)]
pub(super) struct PeerCertificates(Mutex<Vec<CertificateDer<'static>>>);

impl PeerCertificates {
    /// The fields of the recorded certificates.
    pub(super) fn read(&self) -> Vec<Certificate> {
        let shown = self.0.lock().map(|shown| shown.clone());
        let shown = shown.unwrap_or_default();
        shown
            .iter()
            .filter_map(|der| Certificate::read(der))
            .collect()
    }

    fn keep(&self, first: &CertificateDer<'_>, others: &[CertificateDer<'_>]) {
        if let Ok(mut kept) = self.0.lock()
            && kept.is_empty()
        {
            let shown = std::iter::once(first).chain(others);
            *kept = shown.map(|der| der.clone().into_owned()).collect();
        }
    }
}

/// Records the chain, and leaves the verification to another verifier.
#[derive(Debug)]
pub(super) struct RecordingVerifier {
    pub(super) chain: Arc<PeerCertificates>,
    pub(super) judge: Arc<dyn ServerCertVerifier>,
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.chain.keep(end_entity, intermediates);
        self.judge
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}
