//! What a TLS handshake negotiated.

use rustls::ProtocolVersion;
use rustls::client::ClientConnection;
use x509_parser::oid_registry::{OID_EC_P256, OID_NIST_EC_P384, OID_NIST_EC_P521, OID_SIG_ED25519};
use x509_parser::prelude::{AlgorithmIdentifier, FromDer, SubjectPublicKeyInfo, X509Certificate};
use x509_parser::public_key::PublicKey;

/// What a TLS handshake negotiated, with the names of rustls and of the
/// standards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsRecord {
    /// Protocol version, such as `1.3`.
    pub version: String,
    /// Cipher suite, such as `TLS13_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// Key exchange group, such as `X25519`.
    pub key_exchange: String,
    /// Kind of the certificate's key, such as `ECDSA P-256`.
    pub certificate_key: String,
}

impl TlsRecord {
    /// Reads the facts from a connection whose handshake is done.
    pub(super) fn of(connection: &ClientConnection) -> Self {
        let version = connection.protocol_version();
        let suite = connection.negotiated_cipher_suite();
        let group = connection.negotiated_key_exchange_group();
        Self {
            version: version.map_or_else(unknown, version_name),
            cipher: suite.map_or_else(unknown, |suite| format!("{:?}", suite.suite())),
            key_exchange: group.map_or_else(unknown, |group| format!("{:?}", group.name())),
            certificate_key: certificate_key(connection).unwrap_or_else(unknown),
        }
    }
}

fn version_name(version: ProtocolVersion) -> String {
    match version {
        ProtocolVersion::TLSv1_2 => "1.2".to_owned(),
        ProtocolVersion::TLSv1_3 => "1.3".to_owned(),
        other => format!("{other:?}"),
    }
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn certificate_key(connection: &ClientConnection) -> Option<String> {
    let certificate = connection.peer_certificates()?.first()?;
    let (_, read) = X509Certificate::from_der(certificate).ok()?;
    Some(key_kind(read.public_key()))
}

/// The type and size of a key: `RSA 2048`, `ECDSA P-256`, `Ed25519`; `unknown` for
/// types that TLS does not use.
pub(super) fn key_kind(key: &SubjectPublicKeyInfo<'_>) -> String {
    let algorithm = &key.algorithm;
    if algorithm.algorithm == OID_SIG_ED25519 {
        return "Ed25519".to_owned();
    }
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => format!("RSA {}", bits(rsa.modulus)),
        // The size of a point is not that of the key: P-521 has 66 bytes.
        Ok(PublicKey::EC(_)) => curve(algorithm).map_or_else(unknown, str::to_owned),
        _ => unknown(),
    }
}

/// The length of a number without its leading zeros, of which the encoding has up to
/// eight (x509-parser 0.18 counts bytes).
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let rest = &number[zeros..];
    let unused = rest.first().map_or(0, |byte| byte.leading_zeros());
    rest.len() * 8 - unused as usize
}

/// The curve of a key (RFC 5480 section 2.1.1.1).
fn curve(algorithm: &AlgorithmIdentifier<'_>) -> Option<&'static str> {
    let names = [
        (OID_EC_P256, "ECDSA P-256"),
        (OID_NIST_EC_P384, "ECDSA P-384"),
        (OID_NIST_EC_P521, "ECDSA P-521"),
    ];
    let curve = algorithm.parameters.as_ref()?.as_oid().ok()?;
    let found = names
        .into_iter()
        .find(|(identifier, _)| *identifier == curve);
    found.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use rcgen::{
        CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519,
    };
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    use super::*;

    /// Made by OpenSSL 3.0, each after a line with what it is to be called.
    const MADE: &str = include_str!("tests/keys.pem");

    fn kind(certificate: &[u8]) -> String {
        let (_, read) = X509Certificate::from_der(certificate).unwrap();
        key_kind(read.public_key())
    }

    #[test]
    fn keys_of_openssl_have_their_type_and_size() {
        let lines: Vec<_> = MADE.lines().collect();
        let titles = lines.windows(2).filter(|pair| pair[1].contains("BEGIN"));
        let titles: Vec<_> = titles.map(|pair| pair[0]).collect();
        let certificates = CertificateDer::pem_slice_iter(MADE.as_bytes());
        let kinds: Vec<_> = certificates.map(|each| kind(&each.unwrap())).collect();
        assert_eq!(kinds, titles);
        for size in ["RSA 1023", "RSA 1024", "RSA 4096", "ECDSA P-521"] {
            assert!(titles.contains(&size), "{size}");
        }
    }

    #[test]
    fn keys_of_rcgen_have_their_type_and_size() {
        for (algorithm, name) in [
            (&PKCS_ECDSA_P256_SHA256, "ECDSA P-256"),
            (&PKCS_ECDSA_P384_SHA384, "ECDSA P-384"),
            (&PKCS_ED25519, "Ed25519"),
        ] {
            let key = KeyPair::generate_for(algorithm).unwrap();
            let params = CertificateParams::new(["mail.example.com".to_owned()]).unwrap();
            assert_eq!(kind(params.self_signed(&key).unwrap().der()), name);
        }
    }
}
