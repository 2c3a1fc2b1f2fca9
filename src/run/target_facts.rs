//! The target in `run.json`.

use serde::{Deserialize, Serialize};

/// What the run found out about the target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TargetFacts {
    /// `mock`, `smtp` or `ses`.
    pub kind: String,
    /// Region of SES; none for other servers.
    #[serde(default)]
    pub region: Option<String>,
    /// Name or address, as given.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// `starttls`, `wrapper` or `none`.
    pub mode: String,
    /// Addresses that its name resolved to during the run, and the sessions of each.
    pub addresses: Vec<AddressCount>,
    /// The lines of its last reply to EHLO.
    pub ehlo: Vec<String>,
    /// TLS as negotiated; none in plaintext.
    pub tls: Option<TlsRecord>,
}

/// Sessions of one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AddressCount {
    /// IP address.
    pub address: String,
    /// Sessions opened.
    pub sessions: u64,
    /// Connections to it that failed.
    #[serde(default)]
    pub failed: u64,
}

/// TLS as negotiated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TlsRecord {
    /// Protocol version, such as `1.3`.
    pub version: String,
    /// Cipher suite.
    pub cipher: String,
    /// Key exchange group.
    pub key_exchange: String,
    /// Kind and size of the key in the server's certificate, such as `ECDSA P-256`.
    pub certificate_key: String,
    /// Whether the certificate was verified; not with `--insecure`.
    pub verified: bool,
    /// Full handshakes.
    pub full_handshakes: u64,
    /// Handshakes that resumed an earlier session.
    pub resumed_handshakes: u64,
    /// Handshakes with a HelloRetryRequest, which costs one more round trip.
    pub hello_retry_requests: u64,
}
