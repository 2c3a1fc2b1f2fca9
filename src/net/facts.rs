//! What a TLS handshake negotiated.

use rustls::ProtocolVersion;
use rustls::client::ClientConnection;
use rustls::server::ParsedCertificate;

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
    let parsed = ParsedCertificate::try_from(certificate).ok()?;
    let key = parsed.subject_public_key_info();
    Some(key_kind(key.as_ref()))
}

/// The type of a key, from its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7):
/// it is searched for the encoded object identifiers of RFC 5480 and RFC 8017.
pub(super) fn key_kind(info: &[u8]) -> String {
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
    const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    let has = |identifier: &[u8]| {
        info.windows(identifier.len())
            .any(|part| part == identifier)
    };
    if has(RSA) {
        // The structure and the exponent take some 38 bytes around the modulus.
        let bits = info.len().saturating_sub(38) / 64 * 512;
        return format!("RSA {bits}");
    }
    let names = [
        (P256, "ECDSA P-256"),
        (P384, "ECDSA P-384"),
        (ED25519, "Ed25519"),
    ];
    let found = names.iter().find(|(identifier, _)| has(identifier));
    found.map_or_else(unknown, |(_, name)| (*name).to_owned())
}
