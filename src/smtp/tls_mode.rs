//! How TLS is reached.

use serde::{Deserialize, Serialize};

/// How TLS is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    /// Plaintext first, then STARTTLS (RFC 3207); if it is not offered, the
    /// session fails.
    Starttls,
    /// TLS from the first byte (RFC 8314 "implicit TLS").
    Wrapper,
    /// Plaintext throughout.
    None,
}

impl TlsMode {
    /// The name in scenarios and results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Starttls => "starttls",
            Self::Wrapper => "wrapper",
            Self::None => "none",
        }
    }
}
