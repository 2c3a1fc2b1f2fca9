//! An IAM access key, and the SMTP password that is derived from it.
//!
//! Secrets have a type that cannot be serialized and is masked in debug output;
//! [`Password::expose`] is the only way to read one.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand;

use crate::facts::{smtp_password, smtp_password_v2};

/// An access key id and its secret access key.
#[derive(Clone, Debug)]
pub struct Credentials {
    access_key_id: String,
    secret: Password,
}

/// A secret.
#[derive(Clone)]
pub struct Password(String);

/// An access key id is `AKIA` and 16 of these (IAM User Guide, "IAM
/// identifiers").
const KEY_ID_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// A secret access key is 40 of these.
const SECRET_ALPHABET: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl Credentials {
    /// Given credentials.
    #[must_use]
    pub fn new(access_key_id: impl Into<String>, secret: impl Into<String>) -> Credentials {
        Credentials {
            access_key_id: access_key_id.into(),
            secret: Password(secret.into()),
        }
    }

    /// New random credentials.
    #[must_use]
    pub fn random() -> Credentials {
        let key_id: String = random_text::<16>(KEY_ID_ALPHABET);
        Credentials::new(format!("AKIA{key_id}"), random_text::<40>(SECRET_ALPHABET))
    }

    /// The same secret under another access key id.
    #[must_use]
    pub fn with_access_key_id(self, access_key_id: impl Into<String>) -> Credentials {
        Credentials {
            access_key_id: access_key_id.into(),
            secret: self.secret,
        }
    }

    /// The access key id: the SMTP user name.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The SMTP password for `region`.
    #[must_use]
    pub fn smtp_password(&self, region: &str) -> Password {
        Password(smtp_password(&self.secret.0, region))
    }

    /// The version 2 password, valid in every region.
    #[must_use]
    pub fn smtp_password_v2(&self) -> Password {
        Password(smtp_password_v2(&self.secret.0))
    }

    pub(super) fn secret(&self) -> &Password {
        &self.secret
    }
}

impl Password {
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(super) fn is(&self, offered: &[u8]) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), offered).is_ok()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// `N` characters of an alphabet whose length divides 256, so that all are
/// equally likely.
fn random_text<const N: usize>(alphabet: &[u8]) -> String {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system has random numbers");
    let pick = |byte: &u8| char::from(alphabet[usize::from(*byte) % alphabet.len()]);
    bytes.iter().map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_new_each_time_and_shaped_like_iam_s() {
        let (one, two) = (Credentials::random(), Credentials::random());
        assert_ne!(one.access_key_id(), two.access_key_id());
        assert_eq!(one.access_key_id().len(), 20);
        let password = one.smtp_password("us-east-1");
        assert_eq!(password.expose().len(), 44);
        assert!(password.expose().starts_with('B'));
    }

    #[test]
    fn show_nothing_when_debugged() {
        let credentials = Credentials::new("AKIAEXAMPLE", "some+secret+key");
        let shown = format!("{credentials:?}");
        assert!(
            shown.contains("AKIAEXAMPLE") && !shown.contains("some+secret"),
            "{shown}"
        );
    }
}
