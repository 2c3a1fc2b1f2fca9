//! User name, password, and SASL mechanism.

use secrecy::SecretString;
use serde::Serialize;

/// A user name and its password. Neither is ever written to any output.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// User name: for SES, the access key id.
    pub username: SecretString,
    /// Password: for SES, the SMTP password, not the IAM secret.
    pub password: SecretString,
}

/// SASL mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mechanism {
    /// RFC 4616
    Plain,
    /// The undocumented but universal two-step LOGIN.
    Login,
}
