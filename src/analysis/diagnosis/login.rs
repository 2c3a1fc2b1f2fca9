//! What can be seen of credentials without showing them: their shape, and to
//! which region a password belongs where its secret access key is at hand.
//!
//! Shapes: IAM User Guide, "IAM identifiers"; SES Developer Guide, "Obtaining
//! Amazon SES SMTP credentials".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::ses::{REGIONS, smtp_password, smtp_password_v2};
use crate::smtp::Credentials;

/// What can be seen of credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Whether they are made up, to be refused.
    pub made_up: bool,
    /// What the user name looks like.
    pub username: UsernameShape,
    /// What the password looks like.
    pub password: PasswordShape,
    /// Where the password belongs; none if there is no secret access key to
    /// tell by.
    pub belongs: Option<Belongs>,
}

/// What a user name looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsernameShape {
    /// An access key id of a user.
    AccessKey,
    /// An access key id of temporary credentials.
    Temporary,
    /// Nothing of Amazon's.
    Other,
}

/// What a password looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordShape {
    /// An SMTP password of version 4: it holds in one region.
    Version4,
    /// An SMTP password of version 2, as they were until January 2019.
    Version2,
    /// A secret access key.
    SecretKey,
    /// Neither.
    Other,
}

/// Where a password belongs, by its secret access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// To one region.
    Region(String),
    /// To all: it is of version 2.
    Everywhere,
    /// To no region known, or it was made of another secret.
    Nowhere,
}

impl Login {
    /// Looks at credentials. With the secret access key `secret` at hand it is
    /// found out which region the password is for; `here` is looked at first.
    pub fn of(
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
/// characters of base64's alphabet.
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
            ("somebody@example.com", UsernameShape::Other),
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
