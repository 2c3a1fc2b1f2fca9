//! An SES account: who may log in, what may be sent, and what was.
//!
//! One account is shared by all sessions of all workers; sessions ask it at
//! AUTH and at the dot. It knows no protocol and reads no clock. What a refusal
//! is called on the wire is the dialogue's business.

mod bucket;
mod budget;
mod counters;
mod credentials;
mod identities;
mod window;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use budget::Budget;
pub(crate) use budget::Verdict;
pub(crate) use counters::Counters;
pub use counters::Counts;
pub use credentials::{Credentials, Password};
use identities::Identities;
pub(crate) use identities::is_simulator;

use crate::nanos::Nanos;
use crate::settings::{Settings, SettingsError};

/// An account in one Region.
#[derive(Debug)]
pub struct Account {
    username: String,
    password: Password,
    identities: Identities,
    budget: Option<Mutex<Budget>>,
    max_connections: Option<u32>,
    open: AtomicU32,
    counters: Counters,
}

impl Account {
    /// The account that `settings` describe, with these credentials.
    ///
    /// # Errors
    ///
    /// What [`Settings::check`] finds.
    pub fn new(settings: &Settings, credentials: &Credentials) -> Result<Account, SettingsError> {
        settings.check()?;
        Ok(Account {
            username: credentials.access_key_id().to_owned(),
            password: credentials.smtp_password(&settings.region),
            identities: Identities::new(settings),
            budget: Budget::new(settings).map(Mutex::new),
            max_connections: settings.max_connections,
            open: AtomicU32::new(0),
            counters: Counters::default(),
        })
    }

    /// The SMTP user name: the access key id.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The SMTP password, derived for the account's region.
    #[must_use]
    pub fn password(&self) -> &Password {
        &self.password
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counters.read()
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(crate) fn identities(&self) -> &Identities {
        &self.identities
    }

    pub(crate) fn authenticates(&self, username: &[u8], password: &[u8]) -> bool {
        self.username.as_bytes() == username && self.password.is(password)
    }

    /// Takes a place among the open sessions, if there is one left. Give it
    /// back with [`leave`](Self::leave).
    pub(crate) fn enter(&self) -> bool {
        let before = self.open.fetch_add(1, Ordering::Relaxed);
        let admitted = self.max_connections.is_none_or(|most| before < most);
        if !admitted {
            self.leave();
        }
        admitted
    }

    pub(crate) fn leave(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Asks for `recipients`, of whom `simulated` are the mailbox simulator's.
    pub(crate) fn spend(&self, recipients: u32, simulated: u32, now: Nanos) -> Verdict {
        let Some(budget) = &self.budget else {
            return Verdict::Accepted;
        };
        // A budget is plain numbers, sound at any point: poison says nothing.
        let mut budget = budget.lock().unwrap_or_else(PoisonError::into_inner);
        budget.spend(recipients, simulated, now)
    }
}
