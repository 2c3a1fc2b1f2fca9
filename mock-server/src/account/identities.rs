//! Decides which addresses are verified, to send from and to send to.

use crate::facts::Profile;
use crate::protocol::address::covers;
use crate::settings::Settings;

#[derive(Debug)]
pub(crate) struct Identities {
    verified: Option<Vec<String>>,
    unverified: Vec<String>,
    sandbox: bool,
}

impl Identities {
    pub(super) fn new(settings: &Settings) -> Identities {
        Identities {
            verified: settings.verified.clone(),
            unverified: settings.unverified.clone(),
            sandbox: settings.profile == Profile::Sandbox,
        }
    }

    /// Whether `address` can send.
    pub(crate) fn may_send(&self, address: &str) -> bool {
        self.is_verified(address).unwrap_or(true)
    }

    /// Whether `address` can receive. Callers allow the mailbox simulator always.
    pub(crate) fn may_receive(&self, address: &str) -> bool {
        !self.sandbox || self.is_verified(address).unwrap_or(false)
    }

    /// Whether the permission to send depends on the address.
    pub(crate) fn restrict_senders(&self) -> bool {
        self.verified.is_some() || !self.unverified.is_empty()
    }

    /// `None` if neither list decides.
    fn is_verified(&self, address: &str) -> Option<bool> {
        let lists = |list: &[String]| list.iter().any(|identity| covers(identity, address));
        if lists(&self.unverified) {
            return Some(false);
        }
        self.verified.as_deref().map(lists)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identities(profile: Profile, verified: Option<&[&str]>, unverified: &[&str]) -> Identities {
        let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        Identities::new(&Settings {
            profile,
            verified: verified.map(owned),
            unverified: owned(unverified),
            ..Settings::default()
        })
    }

    #[test]
    fn in_production_all_can_send_by_default() {
        let all = identities(Profile::Production, None, &["bad.example"]);
        assert!(all.may_send("a@good.example"));
        assert!(!all.may_send("a@bad.example"));
        let some = identities(
            Profile::Production,
            Some(&["Example.com", "a@b.example"]),
            &[],
        );
        assert!(some.may_send("x@example.com"));
        assert!(some.may_send("x@mail.EXAMPLE.com"));
        assert!(!some.may_send("x@badexample.com"));
        assert!(some.may_send("A@b.example"));
        assert!(!some.may_send("c@b.example"));
        assert!(some.may_receive("anyone@elsewhere.example"));
    }

    #[test]
    fn the_sandbox_holds_for_recipients_too() {
        let closed = identities(Profile::Sandbox, None, &[]);
        assert!(closed.may_send("a@example.com"));
        assert!(!closed.may_receive("a@example.com"));
        let listed = identities(Profile::Sandbox, Some(&["example.com"]), &[]);
        assert!(listed.may_receive("a@example.com"));
        assert!(!listed.may_receive("a@example.net"));
    }
}
