//! A mail transaction: what MAIL and RCPT said, as far as the dot needs it.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::account::{Account, UserId};
use crate::protocol::{Interest, address::is_simulator};

/// Identities that one 554 lists at most: what a hostile client can make the
/// server remember.
const MAX_FAILED: usize = 50;

/// From MAIL to the dot.
#[derive(Debug)]
pub(super) struct Transaction {
    /// The first address that the user's policy denies.
    denied: Option<String>,
    recipients: u32,
    simulated: u32,
    /// A hash of the recipients in any order, where somebody wants to know it.
    fingerprint: u64,
    failed: Vec<String>,
    addresses: Option<Box<Addresses>>,
}

/// The envelope itself, where messages are kept or faults look at it.
#[derive(Debug)]
pub(super) struct Addresses {
    pub(super) sender: String,
    pub(super) recipients: Vec<String>,
    most: u32,
}

impl Transaction {
    pub(super) fn new(sender: &str, user: Option<UserId>, account: &Account) -> Transaction {
        let mut transaction = Transaction {
            denied: None,
            recipients: 0,
            simulated: 0,
            fingerprint: 0,
            failed: Vec::new(),
            addresses: None,
        };
        transaction.send_from(sender, user, account);
        transaction
    }

    /// Keeps the addresses of its envelope, up to `most` recipients: with more,
    /// the message is refused.
    pub(super) fn keep_addresses(&mut self, sender: &str, most: u32) {
        self.addresses = Some(Box::new(Addresses {
            sender: sender.to_owned(),
            recipients: Vec::new(),
            most,
        }));
    }

    /// Another address that has to be allowed to send: that of `From`.
    pub(super) fn send_from(&mut self, sender: &str, user: Option<UserId>, account: &Account) {
        if !account.identities().may_send(sender) {
            self.fail(sender);
        }
        let permitted = user.is_none_or(|user| account.permits(user, sender));
        if !permitted && self.denied.is_none() {
            self.denied = Some(sender.to_owned());
        }
    }

    pub(super) fn add(&mut self, recipient: &str, account: &Account, interest: Interest) {
        self.recipients = self.recipients.saturating_add(1);
        if interest.message_ids {
            self.fingerprint = self.fingerprint.wrapping_add(hash(recipient));
        }
        if let Some(addresses) = &mut self.addresses {
            addresses.add(recipient);
        }
        if is_simulator(recipient) {
            self.simulated = self.simulated.saturating_add(1);
        } else if !account.identities().may_receive(recipient) {
            self.fail(recipient);
        }
    }

    pub(super) fn recipients(&self) -> u32 {
        self.recipients
    }

    /// Those of the mailbox simulator.
    pub(super) fn simulated(&self) -> u32 {
        self.simulated
    }

    /// What was to be kept.
    pub(super) fn addresses(&self) -> Option<&Addresses> {
        self.addresses.as_deref()
    }

    pub(super) fn take_addresses(&mut self) -> Option<Box<Addresses>> {
        self.addresses.take()
    }

    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The address that the user's policy denies.
    pub(super) fn denied(&self) -> Option<&str> {
        self.denied.as_deref()
    }

    /// Identities that would have to be verified.
    pub(super) fn failed(&self) -> &[String] {
        &self.failed
    }

    fn has_failed(&self, identity: &str) -> bool {
        let is = |known: &String| known.eq_ignore_ascii_case(identity);
        self.failed.iter().any(is)
    }

    fn fail(&mut self, identity: &str) {
        if self.failed.len() < MAX_FAILED && !self.has_failed(identity) {
            self.failed.push(identity.to_owned());
        }
    }
}

impl Addresses {
    fn add(&mut self, recipient: &str) {
        if self.recipients.len() < self.most as usize {
            self.recipients.push(recipient.to_owned());
        }
    }
}

fn hash(address: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    hasher.finish()
}
