//! The key type of the certificate in the settings.

use serde::{Deserialize, Serialize};

/// Key type of the server's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CertificateKey {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    #[serde(rename = "ecdsa-p256")]
    EcdsaP256,
    /// RSA of 2048 bits with SHA-256, as SES.
    #[serde(rename = "rsa-2048")]
    Rsa2048,
}
