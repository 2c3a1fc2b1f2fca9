//! An SES account in one region: who may log in, what may be sent, and what was.
//!
//! One account is shared by all sessions of all workers; sessions ask it when
//! they begin, at AUTH and at the dot. It knows no protocol and reads no clock.
//! What a refusal is called on the wire is the dialogue's business, and what
//! happened is counted by the observers.

mod bucket;
mod budget;
mod credentials;
mod identities;
mod user;
mod window;

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use budget::QuotaDecision;
use budget::{Budget, Mail};
pub use budget::{Limits, Used};
pub use credentials::{Credentials, Password};
use identities::Identities;
pub(crate) use user::USUAL_NAME;
pub use user::User;

use crate::facts::Quota;
use crate::protocol::{Instant, LoginFailure};
use crate::settings::{Settings, SettingsError, check_limits};

/// An account in one Region.
#[derive(Debug)]
pub struct Account {
    /// With the password of each in this region.
    users: Vec<(User, Password)>,
    region: String,
    subscribed: bool,
    paused: AtomicBool,
    configuration_sets: Option<Vec<String>>,
    identities: Identities,
    /// Whether the budget has to be asked at all.
    limited: AtomicBool,
    budget: Mutex<Budget>,
    max_connections: Option<u32>,
    open: AtomicU32,
    /// Sessions so far.
    sessions: AtomicU64,
}

/// Who has logged in: a user of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserId(u16);

impl Account {
    /// The account that `settings` describe, with one user of these
    /// credentials.
    ///
    /// # Errors
    ///
    /// What [`Settings::check`] finds.
    pub fn new(settings: &Settings, credentials: &Credentials) -> Result<Account, SettingsError> {
        Account::with_users(settings, vec![User::from(credentials.clone())])
    }

    /// The account that `settings` describe, with these users.
    ///
    /// # Errors
    ///
    /// What [`Settings::check`] finds.
    ///
    /// # Panics
    ///
    /// With more than 65,536 users.
    pub fn with_users(settings: &Settings, users: Vec<User>) -> Result<Account, SettingsError> {
        settings.check()?;
        assert!(users.len() <= 1 << 16, "{} users are too many", users.len());
        let with_password = |user: User| {
            let password = user.password(&settings.region);
            (user, password)
        };
        let budget = Budget::new(settings);
        Ok(Account {
            users: users.into_iter().map(with_password).collect(),
            region: settings.region.clone(),
            subscribed: settings.subscribed,
            paused: AtomicBool::new(settings.paused),
            configuration_sets: settings.configuration_sets.clone(),
            identities: Identities::new(settings),
            limited: AtomicBool::new(budget.is_limited()),
            budget: Mutex::new(budget),
            max_connections: settings.max_connections,
            open: AtomicU32::new(0),
            sessions: AtomicU64::new(0),
        })
    }

    /// Who may log in.
    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.users.iter().map(|(user, _)| user)
    }

    /// The SMTP user name of the first user: its access key id. Empty when
    /// there is no user.
    #[must_use]
    pub fn username(&self) -> &str {
        self.users.first().map_or("", |(user, _)| user.username())
    }

    /// The SMTP password of the first user, for the account's region.
    ///
    /// # Panics
    ///
    /// When there is no user.
    #[must_use]
    pub fn password(&self) -> &Password {
        &self.users.first().expect("the account has a user").1
    }

    /// Sessions that are open.
    #[cfg(feature = "control")]
    #[must_use]
    pub(crate) fn open(&self) -> u32 {
        self.open.load(Ordering::Relaxed)
    }

    /// What it may send now.
    #[must_use]
    pub(crate) fn limits(&self) -> Limits {
        self.budget().limits()
    }

    /// What it has used of that at `now`.
    #[must_use]
    pub(crate) fn used(&self, now: Instant) -> Used {
        self.budget().used(now)
    }

    /// Changes what it may send, from `now` on; what was used stays used.
    ///
    /// # Errors
    ///
    /// When [`Settings::check`] would not take rate or burst.
    pub(crate) fn set_limits(
        &self,
        change: impl FnOnce(&mut Limits),
        now: Instant,
    ) -> Result<(), SettingsError> {
        // Not under the lock: what is asked for may depend on what was used.
        let mut limits = self.limits();
        change(&mut limits);
        check_limits(limits.rate, limits.burst)?;
        let mut budget = self.budget();
        budget.change(limits, now);
        self.limited.store(budget.is_limited(), Ordering::Relaxed);
        Ok(())
    }

    /// What it may send, as far as the report on clients compares with it.
    #[must_use]
    pub(crate) fn quota(&self) -> Quota {
        let Limits { rate, daily, .. } = self.limits();
        Quota { daily, rate }
    }

    /// As if nothing had been sent yet. Sessions that are open go on, and those
    /// that follow are numbered after them.
    pub(crate) fn reset(&self) {
        self.budget().reset();
    }

    /// Whether sending is paused.
    #[must_use]
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// Pauses sending, or lets it go on.
    pub(crate) fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    /// Gives a new session its number, counted from 0.
    pub(crate) fn number(&self) -> u64 {
        self.sessions.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn identities(&self) -> &Identities {
        &self.identities
    }

    /// Whether configuration sets are known by name at all.
    pub(crate) fn knows_configuration_sets(&self) -> bool {
        self.configuration_sets.is_some()
    }

    pub(crate) fn has_configuration_set(&self, name: &str) -> bool {
        self.configuration_sets
            .as_ref()
            .is_none_or(|sets| sets.iter().any(|set| set == name))
    }

    pub(crate) fn user(&self, id: UserId) -> &User {
        &self.users[usize::from(id.0)].0
    }

    /// Whether `user` may not send from everywhere.
    pub(crate) fn has_policy(&self, user: UserId) -> bool {
        self.user(user).has_policy()
    }

    /// Whether the policy of `user` lets it send from `address`.
    pub(crate) fn permits(&self, user: UserId, address: &str) -> bool {
        self.user(user).may_send_from(address)
    }

    pub(crate) fn authenticate(
        &self,
        username: &[u8],
        password: &[u8],
    ) -> Result<UserId, LoginFailure> {
        let known = self
            .users
            .iter()
            .position(|(user, _)| user.username().as_bytes() == username);
        let Some(n) = known else {
            return Err(LoginFailure::UnknownUser);
        };
        let (user, right) = &self.users[n];
        if !right.is(password) {
            return Err(user.explain(password, &self.region));
        }
        if !self.subscribed {
            return Err(LoginFailure::NotSubscribed);
        }
        Ok(UserId(n as u16))
    }

    /// Takes a place among the open sessions, if there is one left. Give it
    /// back with [`leave`](Self::leave).
    pub(crate) fn enter(&self) -> bool {
        let most = self.max_connections.unwrap_or(u32::MAX);
        // In one step: who is refused never holds a place, not for a moment.
        self.open
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |open| {
                (open < most).then(|| open + 1)
            })
            .is_ok()
    }

    pub(crate) fn leave(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Asks for leave to send, and takes it off the quotas if it is given.
    pub(crate) fn spend(
        &self,
        recipients: u32,
        simulated: u32,
        user: Option<UserId>,
        now: Instant,
    ) -> QuotaDecision {
        if !self.limited.load(Ordering::Relaxed) {
            return QuotaDecision::Accepted;
        }
        let mail = Mail {
            recipients,
            simulated,
            v2: user.is_some_and(|user| self.user(user).is_v2()),
        };
        self.budget().spend(mail, now)
    }

    /// A budget is plain numbers, sound at any point: poison says nothing.
    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_numbered_from_0_and_a_reset_goes_on_counting() {
        let credentials = Credentials::new("AKIAEXAMPLE", "secret");
        let account = Account::new(&Settings::default(), &credentials).unwrap();
        assert_eq!((account.number(), account.number()), (0, 1));
        account.reset();
        assert_eq!(account.number(), 2);
    }
}
