//! The key of the certificate, as it is written in settings.

use serde::{Deserialize, Serialize};

/// Key of the server's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CertificateKey {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    #[serde(rename = "ecdsa-p256")]
    EcdsaP256,
    /// RSA of 2048 bits with SHA-256, as SES has it.
    #[serde(rename = "rsa-2048")]
    Rsa2048,
}
