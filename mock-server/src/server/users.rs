//! Creates the users of the settings, with their secrets.

use std::fs;
use std::path::PathBuf;

use crate::account::{Credentials, USUAL_NAME, User};
use crate::settings::{Settings, UserSettings};

/// Why a secret is not available.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or is not Unicode.
    #[error(
        "secret_env: invalid value {0:?}: must be the name of an environment variable that is set, not empty and valid UTF-8"
    )]
    Variable(String),
    /// The file cannot be read.
    #[error("secret_file: cannot read {path:?}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
}

/// All users; one with random credentials if the settings have none.
pub(super) fn users(settings: &Settings) -> Result<Vec<User>, SecretError> {
    let usual = [UserSettings::default()];
    let described = match settings.users.as_slice() {
        [] => usual.as_slice(),
        some => some,
    };
    described.iter().enumerate().map(user).collect()
}

fn user((n, settings): (usize, &UserSettings)) -> Result<User, SecretError> {
    let name = settings.name.clone().unwrap_or_else(|| match n {
        0 => USUAL_NAME.to_owned(),
        n => format!("{USUAL_NAME}-{}", n + 1),
    });
    let made = Credentials::random();
    let id = settings.access_key_id.as_deref();
    let id = id.unwrap_or(made.access_key_id()).to_owned();
    let credentials = match secret(settings)? {
        Some(secret) => Credentials::new(id, secret),
        None => made.with_access_key_id(id),
    };
    Ok(User::new(name, credentials)
        .password_version(settings.password_version)
        .denied(&settings.denied))
}

fn secret(settings: &UserSettings) -> Result<Option<String>, SecretError> {
    let text = match (&settings.secret_env, &settings.secret_file) {
        (Some(name), _) => match std::env::var(name) {
            Ok(text) if !text.is_empty() => text,
            _ => return Err(SecretError::Variable(name.clone())),
        },
        (None, Some(path)) => fs::read_to_string(path).map_err(|source| SecretError::File {
            path: path.clone(),
            source,
        })?,
        (None, None) => return Ok(None),
    };
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(users: Vec<UserSettings>) -> Settings {
        Settings {
            users,
            ..Settings::default()
        }
    }

    #[test]
    fn there_is_a_user_by_default() {
        let users = users(&settings(Vec::new())).unwrap();
        assert_eq!(users.len(), 1);
        assert_eq!(users[0].name(), "ses-smtp-user");
    }

    #[test]
    fn secrets_are_read_from_a_file_or_generated() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "some+secret+key\n").unwrap();
        let users = users(&settings(vec![
            UserSettings {
                access_key_id: Some("AKIAEXAMPLE".to_owned()),
                secret_file: Some(file.path().to_owned()),
                ..UserSettings::default()
            },
            UserSettings::default(),
        ]))
        .unwrap();
        assert_eq!(users[0].username(), "AKIAEXAMPLE");
        assert_eq!(
            users[0].password("us-west-1").expose(),
            "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj"
        );
        assert_eq!(users[1].name(), "ses-smtp-user-2");
        assert_ne!(users[1].username(), "AKIAEXAMPLE");
    }

    #[test]
    fn an_error_names_the_missing_secret() {
        let error = users(&settings(vec![UserSettings {
            secret_env: Some("SESBENCH_TEST_NO_SUCH_VARIABLE".to_owned()),
            ..UserSettings::default()
        }]))
        .unwrap_err();
        assert!(
            error.to_string().contains("SESBENCH_TEST_NO_SUCH_VARIABLE"),
            "{error}"
        );
    }
}
