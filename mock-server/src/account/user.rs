//! Users, their passwords and policies, and the cause of a failed login.
//!
//! A failed login gets a 535, whatever the cause. The cause is for the report on
//! clients.

use super::credentials::{Credentials, Password};
use crate::facts::{REGIONS, smtp_password};
use crate::protocol::LoginFailure;
use crate::protocol::address::covers;
use crate::settings::PasswordVersion;

/// The name of users created by the SES console, without the date.
pub(crate) const USUAL_NAME: &str = "ses-smtp-user";

/// An IAM user with SMTP credentials.
#[derive(Clone, Debug)]
pub struct User {
    name: String,
    credentials: Credentials,
    version: PasswordVersion,
    denied: Vec<String>,
}

impl User {
    /// A user with a version 4 password and without a policy.
    #[must_use]
    pub fn new(name: impl Into<String>, credentials: Credentials) -> User {
        User {
            name: name.into(),
            credentials,
            version: PasswordVersion::V4,
            denied: Vec::new(),
        }
    }

    /// With a password of that version.
    #[must_use]
    pub fn password_version(mut self, version: PasswordVersion) -> User {
        self.version = version;
        self
    }

    /// With a policy that denies sending from these identities.
    #[must_use]
    pub fn denied(mut self, identities: impl IntoIterator<Item = impl Into<String>>) -> User {
        self.denied = identities.into_iter().map(Into::into).collect();
        self
    }

    /// Name of the IAM user.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SMTP user name.
    #[must_use]
    pub fn username(&self) -> &str {
        self.credentials.access_key_id()
    }

    /// The SMTP password in `region`.
    #[must_use]
    pub fn password(&self, region: &str) -> Password {
        match self.version {
            PasswordVersion::V4 => self.credentials.smtp_password(region),
            PasswordVersion::V2 => self.credentials.smtp_password_v2(),
        }
    }

    /// Whether it logs in with a version 2 password.
    pub(super) fn is_v2(&self) -> bool {
        self.version == PasswordVersion::V2
    }

    /// Whether it has a policy.
    pub(super) fn has_policy(&self) -> bool {
        !self.denied.is_empty()
    }

    /// Whether its policy allows sending from `address`.
    pub(super) fn may_send_from(&self, address: &str) -> bool {
        !self.denied.iter().any(|identity| covers(identity, address))
    }

    /// Why `offered` is not its password.
    pub(super) fn explain(&self, offered: &[u8], region: &str) -> LoginFailure {
        let secret = self.credentials.secret();
        if secret.is(offered) {
            return LoginFailure::SecretAsPassword;
        }
        let other = match self.version {
            PasswordVersion::V4 => self.credentials.smtp_password_v2(),
            PasswordVersion::V2 => self.credentials.smtp_password(region),
        };
        if other.is(offered) {
            return LoginFailure::OtherVersion;
        }
        REGIONS
            .iter()
            .find(|region| smtp_password(secret.expose(), region.name).as_bytes() == offered)
            .map_or(LoginFailure::WrongPassword, |region| {
                LoginFailure::OtherRegion(region.name)
            })
    }
}

/// A user with the default name.
impl From<Credentials> for User {
    fn from(credentials: Credentials) -> User {
        User::new(USUAL_NAME, credentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> User {
        User::new("alice", Credentials::new("AKIAEXAMPLE", "some+secret+key"))
    }

    #[test]
    fn has_the_password_of_its_version() {
        let v2 = user().password_version(PasswordVersion::V2);
        assert_eq!(
            v2.password("us-west-1").expose(),
            "AnkqhOiWEcszZZzTMCQbOY1sPGoLFgMH9zhp4eNgSjo4"
        );
        assert_eq!(
            user().password("us-west-1").expose(),
            "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj"
        );
    }

    #[test]
    fn recognises_common_mistakes() {
        let user = user();
        for (offered, failure) in [
            ("some+secret+key", LoginFailure::SecretAsPassword),
            (
                "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2",
                LoginFailure::OtherRegion("eu-central-1"),
            ),
            (
                "AnkqhOiWEcszZZzTMCQbOY1sPGoLFgMH9zhp4eNgSjo4",
                LoginFailure::OtherVersion,
            ),
            ("guess", LoginFailure::WrongPassword),
        ] {
            assert_eq!(user.explain(offered.as_bytes(), "us-west-1"), failure);
        }
    }

    #[test]
    fn a_policy_denies_addresses_and_domains() {
        let user = user().denied(["example.com", "boss@b.example"]);
        assert!(!user.may_send_from("a@mail.example.com"));
        assert!(!user.may_send_from("Boss@b.example"));
        assert!(user.may_send_from("clerk@b.example"));
    }
}
