//! The envelope: what is needed of MAIL and RCPT at the dot.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::account::{Account, UserId};
use crate::protocol::{Interest, address::is_simulator};

/// Maximum number of identities in one 554: bounds what a hostile client can make
/// the server store.
const MAX_FAILED: usize = 50;

/// The sender and the recipients of one message.
#[derive(Debug)]
pub(in crate::dialogue) struct Envelope {
    /// The first address that the user's policy denies.
    denied: Option<String>,
    recipients: u32,
    simulated: u32,
    /// A hash of the recipients in any order, if an observer needs it.
    fingerprint: u64,
    failed: Vec<String>,
    addresses: Option<Box<Addresses>>,
}

/// The addresses of the envelope, for captured messages and conditions of
/// faults.
#[derive(Debug)]
pub(in crate::dialogue) struct Addresses {
    pub(in crate::dialogue) sender: String,
    pub(in crate::dialogue) recipients: Vec<String>,
    most: u32,
}

impl Envelope {
    pub(in crate::dialogue) fn new(
        sender: &str,
        user: Option<UserId>,
        account: &Account,
    ) -> Envelope {
        let mut envelope = Envelope {
            denied: None,
            recipients: 0,
            simulated: 0,
            fingerprint: 0,
            failed: Vec::new(),
            addresses: None,
        };
        envelope.send_from(sender, user, account);
        envelope
    }

    /// Stores the addresses of its envelope, up to `most` recipients: a message
    /// with more is refused.
    pub(in crate::dialogue) fn keep_addresses(&mut self, sender: &str, most: u32) {
        self.addresses = Some(Box::new(Addresses {
            sender: sender.to_owned(),
            recipients: Vec::new(),
            most,
        }));
    }

    /// Checks another sender address: that of `From`.
    pub(in crate::dialogue) fn send_from(
        &mut self,
        sender: &str,
        user: Option<UserId>,
        account: &Account,
    ) {
        if !account.identities().may_send(sender) {
            self.fail(sender);
        }
        let permitted = user.is_none_or(|user| account.permits(user, sender));
        if !permitted && self.denied.is_none() {
            self.denied = Some(sender.to_owned());
        }
    }

    pub(in crate::dialogue) fn add(
        &mut self,
        recipient: &str,
        account: &Account,
        interest: Interest,
    ) {
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

    pub(in crate::dialogue) fn recipients(&self) -> u32 {
        self.recipients
    }

    /// Recipients of the mailbox simulator.
    pub(in crate::dialogue) fn simulated(&self) -> u32 {
        self.simulated
    }

    /// The stored addresses.
    pub(in crate::dialogue) fn addresses(&self) -> Option<&Addresses> {
        self.addresses.as_deref()
    }

    pub(in crate::dialogue) fn take_addresses(&mut self) -> Option<Box<Addresses>> {
        self.addresses.take()
    }

    pub(in crate::dialogue) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The address that the user's policy denies.
    pub(in crate::dialogue) fn denied(&self) -> Option<&str> {
        self.denied.as_deref()
    }

    /// Identities that are not verified.
    pub(in crate::dialogue) fn failed(&self) -> &[String] {
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
