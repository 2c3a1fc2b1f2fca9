//! IAM users in the settings.
//!
//! A settings file never contains a secret: it is generated at start, or read
//! from an environment variable or a separate file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A user that can log in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserSettings {
    /// Name of the IAM user, shown in the 554 when a policy denies a message.
    /// Default: `ses-smtp-user`, from the second user on with a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,

    /// Access key id: the SMTP user name. Default: generated at start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,

    /// Environment variable with the secret access key. Default: the secret is
    /// generated at start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_env: Option<String>,

    /// File with the secret access key. Default: as above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,

    /// How the SMTP password is derived from the secret: `4`, for one region, or
    /// `2`, as until January 2019. Default: `4`.
    pub password_version: PasswordVersion,

    /// Identities (addresses or domains) from which the user's IAM policy does
    /// not allow it to send: 554 `Access denied`. Default: none.
    pub denied: Vec<String>,
}

/// How an SMTP password is derived (SES Developer Guide, "Obtaining Amazon SES
/// SMTP credentials").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum PasswordVersion {
    /// Used until January 2019, valid in every region.
    V2,
    /// Valid in one region.
    #[default]
    V4,
}

impl TryFrom<u8> for PasswordVersion {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            2 => Ok(PasswordVersion::V2),
            4 => Ok(PasswordVersion::V4),
            _ => Err(format!(
                "invalid password version {number}: expected 2 or 4"
            )),
        }
    }
}

impl From<PasswordVersion> for u8 {
    fn from(version: PasswordVersion) -> u8 {
        match version {
            PasswordVersion::V2 => 2,
            PasswordVersion::V4 => 4,
        }
    }
}
