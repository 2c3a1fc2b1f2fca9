//! Builds the login: the mechanism, and the credentials from the environment or a
//! file. No error shows a credential.

use secrecy::SecretString;

use super::Environment;
use crate::scenario::keys::{self, MechanismWord, Values};
use crate::scenario::source_document::SourceDocument;
use crate::scenario::{Error, Login, Target, TargetKind};
use crate::smtp::{Credentials, Mechanism, TlsMode};

pub(super) fn build(
    values: &Values,
    target: &Target,
    written: &SourceDocument,
    environment: Environment<'_>,
) -> Result<Option<Login>, Error> {
    let auth = &values.auth;
    let mechanism = match auth.mechanism {
        MechanismWord::Plain => Mechanism::Plain,
        MechanismWord::Login => Mechanism::Login,
        MechanismWord::None if matches!(target.kind, TargetKind::Ses(_)) => {
            let why = "SES accepts mail only after AUTH: use \"plain\" or \"login\"";
            return Err(written.invalid("auth.mechanism", why));
        }
        MechanismWord::None => return Ok(None),
    };
    let is_mock = matches!(target.kind, TargetKind::Mock { .. });
    let credentials = Finder {
        auth,
        written,
        environment,
    }
    .find(is_mock)?;
    if credentials.is_none() && !is_mock {
        return Ok(None);
    }
    if target.tls == TlsMode::None && !target.is_loopback() {
        let why = "a password would cross the network in the clear; \
            use TLS, or auth.mechanism = \"none\"";
        return Err(written.invalid("target.tls", why));
    }
    Ok(Some(Login {
        mechanism,
        initial_response: auth.initial_response,
        wrong_credentials: auth.wrong_credentials,
        credentials,
    }))
}

/// The keys that name the source of the credentials.
const PLACES: [&str; 3] = [
    "auth.username_env",
    "auth.password_env",
    "auth.password_file",
];

struct Finder<'a> {
    auth: &'a keys::Auth,
    written: &'a SourceDocument,
    environment: Environment<'a>,
}

impl Finder<'_> {
    fn find(&self, is_mock: bool) -> Result<Option<Credentials>, Error> {
        let named = PLACES.iter().find(|key| self.written.has(key));
        if self.auth.wrong_credentials {
            return match named {
                None => Ok(Some(made_up())),
                Some(key) => Err(self
                    .written
                    .invalid(key, "cannot be combined with auth.wrong_credentials")),
            };
        }
        // Credentials in the environment are for a real server. The mock makes
        // its own and would refuse them.
        if is_mock && named.is_none() {
            return Ok(None);
        }
        let username = self.variable(&self.auth.username_env, "auth.username_env")?;
        let password = self.password()?;
        match (username, password) {
            (Some(username), Some(password)) => Ok(Some(Credentials { username, password })),
            (None, None) if named.is_none() => Ok(None),
            (None, _) => Err(self.missing("auth.username_env", &self.auth.username_env)),
            (_, None) => Err(self.missing("auth.password_env", &self.auth.password_env)),
        }
    }

    fn password(&self) -> Result<Option<SecretString>, Error> {
        let Some(path) = &self.auth.password_file else {
            return self.variable(&self.auth.password_env, "auth.password_env");
        };
        let key = "auth.password_file";
        if self.written.has("auth.password_env") {
            return Err(self
                .written
                .invalid(key, "set this or auth.password_env, not both"));
        }
        let text = std::fs::read_to_string(path);
        let mut text =
            text.map_err(|error| self.written.invalid(key, format!("{path}: {error}")))?;
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        self.secret(text, key, path).map(Some)
    }

    fn variable(&self, name: &str, key: &str) -> Result<Option<SecretString>, Error> {
        let text = (self.environment)(name);
        text.map(|text| self.secret(text, key, name)).transpose()
    }

    /// Validates a secret; no error shows the text.
    fn secret(&self, text: String, key: &str, place: &str) -> Result<SecretString, Error> {
        if text.is_empty() {
            return Err(self.written.invalid(key, format!("{place} is empty")));
        }
        if text.starts_with('\u{feff}') {
            let why = format!("{place} starts with a byte order mark; save it without BOM");
            return Err(self.written.invalid(key, why));
        }
        if text.contains(['\r', '\n', '\0']) {
            return Err(self
                .written
                .invalid(key, format!("{place} contains a line end or a NUL")));
        }
        Ok(SecretString::from(text))
    }

    fn missing(&self, key: &str, variable: &str) -> Error {
        let why = format!("the environment variable {variable} is not set");
        self.written.invalid(key, why)
    }
}

/// Credentials in the form of SES's (an access key id and a base64 password)
/// that no account has.
fn made_up() -> Credentials {
    Credentials {
        username: SecretString::from("AKIASESBENCHWRONGUSER"),
        password: SecretString::from("BsesbenchWrongPasswordOnPurposeXXXXXXXXXXXXX"),
    }
}
