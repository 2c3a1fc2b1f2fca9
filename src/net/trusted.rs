//! Trust from a file: its CA certificates, and exactly the certificates in it.
//!
//! A server's certificate that is in the file byte for byte is trusted,
//! whatever its issuer and purpose, as OpenSSL does with partial chains: a
//! self-signed certificate needs nothing else. Its name and its dates are
//! checked all the same. All others must be issued by a CA certificate of the
//! file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::ca_file::read_certificates;
use super::certificate::Certificate;
use super::tls::InvalidTls;

/// Trusts the certificates of a file.
#[derive(Debug)]
pub(super) struct Trusted {
    certificates: Vec<CertificateDer<'static>>,
    by_roots: Arc<WebPkiServerVerifier>,
}

impl Trusted {
    /// Reads the file.
    pub(super) fn from_file(
        path: &Path,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, InvalidTls> {
        let unusable = |reason: String| InvalidTls::CaFile {
            path: path.to_owned(),
            reason,
        };
        let certificates = read_certificates(path).map_err(unusable)?;
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(certificates.iter().cloned());
        if added == 0 {
            let reason = "none of its certificates can be read: they are malformed";
            return Err(unusable(reason.to_owned()));
        }
        let by_roots = WebPkiServerVerifier::builder_with_provider(roots.into(), provider)
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self {
            certificates,
            by_roots,
        })
    }
}

/// Checks name and dates of a certificate that is itself in the file.
fn check(
    certificate: &CertificateDer<'_>,
    name: &ServerName<'_>,
    time: UnixTime,
) -> Result<(), rustls::Error> {
    let read = Certificate::read(certificate).ok_or(CertificateError::BadEncoding)?;
    let moment = |seconds: i64| {
        let seconds = u64::try_from(seconds).unwrap_or_default();
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    };
    let (not_before, not_after) = (moment(read.not_before), moment(read.not_after));
    if time.as_secs() < not_before.as_secs() {
        return Err(CertificateError::NotValidYetContext { time, not_before }.into());
    }
    if time.as_secs() > not_after.as_secs() {
        return Err(CertificateError::ExpiredContext { time, not_after }.into());
    }
    verify_server_name(&ParsedCertificate::try_from(certificate)?, name)
}

impl ServerCertVerifier for Trusted {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.certificates.contains(end_entity) {
            check(end_entity, server_name, now)?;
            return Ok(ServerCertVerified::assertion());
        }
        self.by_roots
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.by_roots
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.by_roots
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.by_roots.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::crypto::aws_lc_rs::default_provider;

    use super::super::tls_error;
    use super::*;

    /// 2020-01-01 to 2030-01-01, for mx.example.
    fn params() -> CertificateParams {
        let mut params = CertificateParams::new(["mx.example".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2030, 1, 1);
        params
    }

    fn self_signed(params: CertificateParams) -> rcgen::Certificate {
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap()
    }

    /// The error, if any, for a certificate when the file has that content.
    fn verify(file: &str, shown: &CertificateDer<'_>, name: &str, year: u64) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, file).unwrap();
        let trusted = Trusted::from_file(&path, Arc::new(default_provider())).unwrap();
        let seconds = (year - 1970) * 31_557_600;
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let name = ServerName::try_from(name).unwrap();
        let verified = trusted.verify_server_cert(shown, &[], &name, &[], now);
        verified.err().map(|error| tls_error::describe(&error))
    }

    #[test]
    fn a_certificate_in_the_file_is_trusted_with_or_without_the_ca_flag() {
        for is_ca in [
            IsCa::NoCa,
            IsCa::ExplicitNoCa,
            IsCa::Ca(BasicConstraints::Unconstrained),
        ] {
            let mut params = params();
            params.is_ca = is_ca;
            let made = self_signed(params);
            let file = made.pem();
            assert_eq!(verify(&file, made.der(), "mx.example", 2025), None);
            let error = verify(&file, made.der(), "other.example", 2025).unwrap();
            assert!(error.contains("not valid for the name `other.example`; it names mx.example"));
            let error = verify(&file, made.der(), "mx.example", 2031).unwrap();
            assert!(error.contains("it was valid until 2030-01-01"), "{error}");
            let error = verify(&file, made.der(), "mx.example", 2019).unwrap();
            assert!(error.contains("it is valid from 2020-01-01"), "{error}");
        }
    }

    #[test]
    fn a_server_s_own_certificate_is_trusted_without_its_issuer() {
        let mut root = CertificateParams::new(Vec::new()).unwrap();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let made = params().signed_by(&key, &issuer).unwrap();
        assert_eq!(verify(&made.pem(), made.der(), "mx.example", 2025), None);
        assert_eq!(verify(&issuer.pem(), made.der(), "mx.example", 2025), None);
    }

    #[test]
    fn another_certificate_is_not_trusted() {
        let (made, other) = (self_signed(params()), self_signed(params()));
        let error = verify(&other.pem(), made.der(), "mx.example", 2025).unwrap();
        assert!(
            error.contains("issue") || error.contains("signature"),
            "{error}"
        );
        let mut ca = params();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let made = self_signed(ca);
        let error = verify(&other.pem(), made.der(), "mx.example", 2025).unwrap();
        assert!(
            error.contains("pass this certificate itself as the CA file"),
            "{error}"
        );
    }

    #[test]
    fn a_certificate_without_names_is_reported_as_such() {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(Vec::new()).unwrap();
        let made = params.self_signed(&key).unwrap();
        let error = verify(&made.pem(), made.der(), "mx.example", 2025).unwrap();
        assert!(error.contains("it names no host"), "{error}");
    }
}
