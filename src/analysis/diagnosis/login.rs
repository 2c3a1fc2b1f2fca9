//! Facts about credentials that do not reveal them: their format and, if the
//! secret access key is available, the region of the password.
//!
//! Formats: IAM User Guide, "IAM identifiers"; SES Developer Guide, "Obtaining
//! Amazon SES SMTP credentials".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::ses::{REGIONS, smtp_password, smtp_password_v2};
use crate::smtp::Credentials;

/// Facts about credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    /// Whether they are made up, so that the server refuses them.
    pub made_up: bool,
    /// Format of the user name.
    pub username: UsernameShape,
    /// Format of the password.
    pub password: PasswordShape,
    /// The regions the password is valid in; none without a secret access key to
    /// derive them from.
    pub belongs: Option<Belongs>,
}

/// Format of a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UsernameShape {
    /// An access key id of a user.
    AccessKey,
    /// An access key id of temporary credentials.
    Temporary,
    /// None of Amazon's formats.
    Other,
}

/// Format of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordShape {
    /// An SMTP password of version 4: valid in one region.
    Version4,
    /// An SMTP password of version 2, used until January 2019.
    Version2,
    /// A secret access key.
    SecretKey,
    /// None of these.
    Other,
}

/// The regions that a password is valid in, given the secret access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// One region.
    Region(String),
    /// All regions: it is of version 2.
    Everywhere,
    /// No known region, or it is derived from another secret.
    Nowhere,
}

impl Login {
    /// Examines credentials. With the secret access key `secret`, this finds the
    /// region of the password; region `here` is tried first.
    pub(crate) fn of(
        credentials: &Credentials,
        secret: Option<&SecretString>,
        here: Option<&str>,
    ) -> Self {
        let password = credentials.password.expose_secret();
        let secret = secret.map(ExposeSecret::expose_secret);
        Self {
            made_up: false,
            username: username_shape(credentials.username.expose_secret()),
            password: match secret == Some(password) {
                true => PasswordShape::SecretKey,
                false => password_shape(password),
            },
            belongs: secret.map(|secret| belongs(password, secret, here)),
        }
    }

    /// Whether the password is known to be for another region than `here`.
    pub(super) fn is_of_another_region(&self, here: Option<&str>) -> bool {
        matches!(&self.belongs, Some(Belongs::Region(region)) if here != Some(region))
    }
}

fn username_shape(username: &str) -> UsernameShape {
    let fit = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let shaped = (16..=128).contains(&username.len()) && username.chars().all(fit);
    match username.get(..4) {
        Some("AKIA") if shaped => UsernameShape::AccessKey,
        Some("ASIA") if shaped => UsernameShape::Temporary,
        _ => UsernameShape::Other,
    }
}

/// Version byte and HMAC-SHA256 are 33 bytes; a secret access key is 40
/// characters of the base64 alphabet.
fn password_shape(password: &str) -> PasswordShape {
    let version = STANDARD
        .decode(password)
        .ok()
        .filter(|bytes| bytes.len() == 33)
        .map(|bytes| bytes[0]);
    let fit = |c: char| c.is_ascii_alphanumeric() || "+/".contains(c);
    match version {
        Some(4) => PasswordShape::Version4,
        Some(2) => PasswordShape::Version2,
        _ if password.len() == 40 && password.chars().all(fit) => PasswordShape::SecretKey,
        _ => PasswordShape::Other,
    }
}

fn belongs(password: &str, secret: &str, here: Option<&str>) -> Belongs {
    if smtp_password_v2(secret) == password {
        return Belongs::Everywhere;
    }
    let known = REGIONS.iter().map(|region| region.name);
    let mut regions = here.into_iter().chain(known);
    let found = regions.find(|region| smtp_password(secret, region) == password);
    found.map_or(Belongs::Nowhere, |region| {
        Belongs::Region(region.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn login(username: &str, password: &str, secret: Option<&str>) -> Login {
        let credentials = Credentials {
            username: SecretString::from(username),
            password: SecretString::from(password),
        };
        let secret = secret.map(SecretString::from);
        Login::of(&credentials, secret.as_ref(), Some("xx-new-1"))
    }

    #[test]
    fn user_names_are_told_apart() {
        for (username, shape) in [
            ("AKIAIOSFODNN7EXAMPLE", UsernameShape::AccessKey),
            ("ASIAIOSFODNN7EXAMPLE", UsernameShape::Temporary),
            ("akiaiosfodnn7example", UsernameShape::Other),
            ("AKIA", UsernameShape::Other),
            ("user@example.com", UsernameShape::Other),
        ] {
            assert_eq!(login(username, "x", None).username, shape, "{username}");
        }
    }

    #[test]
    fn passwords_are_told_apart() {
        let v4 = smtp_password(SECRET, "us-east-1");
        let v2 = smtp_password_v2(SECRET);
        for (password, shape) in [
            (v4.as_str(), PasswordShape::Version4),
            (&v2, PasswordShape::Version2),
            (SECRET, PasswordShape::SecretKey),
            (&v4[1..], PasswordShape::Other),
            ("hunter2", PasswordShape::Other),
        ] {
            assert_eq!(login("x", password, None).password, shape);
            assert_eq!(login("x", password, None).belongs, None);
        }
    }

    #[test]
    fn with_the_secret_at_hand_a_password_names_its_region() {
        let region = |name: &str| Belongs::Region(name.to_owned());
        for (password, belongs) in [
            (smtp_password(SECRET, "eu-west-1"), region("eu-west-1")),
            (smtp_password(SECRET, "xx-new-1"), region("xx-new-1")),
            (smtp_password(SECRET, "xx-old-1"), Belongs::Nowhere),
            (smtp_password_v2(SECRET), Belongs::Everywhere),
            (smtp_password("another", "eu-west-1"), Belongs::Nowhere),
        ] {
            let login = login("x", &password, Some(SECRET));
            assert_eq!(login.belongs, Some(belongs));
        }
    }

    #[test]
    fn a_password_that_is_the_secret_is_recognised_whatever_its_length() {
        let login = login("x", "short+secret", Some("short+secret"));
        assert_eq!(login.password, PasswordShape::SecretKey);
    }
}
