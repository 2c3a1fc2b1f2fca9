//! Settings of TLS.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Settings of TLS.
#[derive(Clone, Debug, Serialize)]
pub struct TlsSettings {
    /// Protocol versions offered; at least one.
    pub versions: Vec<TlsVersion>,
    /// Key exchange groups offered, in order, by rustls's names; empty: the
    /// library's default.
    pub key_exchange: Vec<String>,
    /// Whether sessions may resume earlier TLS sessions of the same mode.
    pub resumption: bool,
    /// PEM file of the only CA certificates to trust; none: the platform's
    /// roots.
    pub ca_file: Option<PathBuf>,
    /// Whether any certificate is accepted. The user asks for it explicitly,
    /// and every report states it.
    pub insecure: bool,
}

/// A TLS protocol version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TlsVersion {
    /// TLS 1.2
    #[serde(rename = "1.2")]
    V12,
    /// TLS 1.3
    #[serde(rename = "1.3")]
    V13,
}
