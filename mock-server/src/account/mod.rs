//! An SES account in one region: its users, its limits, and what it has sent.
//!
//! All sessions of all workers share one account, and call it when they begin, at
//! AUTH and at the dot. It knows no protocol and reads no clock. The dialogue
//! decides the reply to a refusal, and the observers count.

mod bucket;
mod budget;
mod connections;
mod credentials;
mod identities;
mod user;
mod window;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use bucket::Bucket;
pub use budget::{Budget, Limits, Mail, QuotaDecision, Used};
pub(crate) use connections::ConnectionPermit;
use connections::Connections;
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
    /// Each with the password in this region.
    users: Vec<(User, Password)>,
    region: String,
    subscribed: bool,
    paused: AtomicBool,
    configuration_sets: Option<Vec<String>>,
    identities: Identities,
    /// Whether the budget must be checked at all.
    limited: AtomicBool,
    budget: Mutex<Budget>,
    connections: Connections,
    /// Sessions so far.
    sessions: AtomicU64,
}

/// A user of the account, as the result of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserId(u16);

impl Account {
    /// The account of `settings`, with one user with these credentials.
    ///
    /// # Errors
    ///
    /// What [`Settings::check`] finds.
    pub fn new(settings: &Settings, credentials: &Credentials) -> Result<Account, SettingsError> {
        Account::with_users(settings, vec![User::from(credentials.clone())])
    }

    /// The account of `settings`, with these users.
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
            connections: Connections::new(settings.max_connections),
            sessions: AtomicU64::new(0),
        })
    }

    /// The users that can log in.
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

    /// Number of open sessions.
    #[cfg(feature = "control")]
    #[must_use]
    pub(crate) fn open(&self) -> u32 {
        self.connections.open()
    }

    /// Its current limits.
    #[must_use]
    pub(crate) fn limits(&self) -> Limits {
        self.budget().limits()
    }

    /// How much of them is used at `now`.
    #[must_use]
    pub(crate) fn used(&self, now: Instant) -> Used {
        self.budget().used(now)
    }

    /// Changes its limits from `now` on; used quota stays used.
    ///
    /// # Errors
    ///
    /// When [`Settings::check`] refuses rate or burst.
    pub(crate) fn set_limits(
        &self,
        change: impl FnOnce(&mut Limits),
        now: Instant,
    ) -> Result<(), SettingsError> {
        // Without the lock: `change` may read the used quota.
        let mut limits = self.limits();
        change(&mut limits);
        check_limits(limits.rate, limits.burst)?;
        let mut budget = self.budget();
        budget.change(limits, now);
        self.limited.store(budget.is_limited(), Ordering::Relaxed);
        Ok(())
    }

    /// Its limits, as far as the report on clients compares with them.
    #[must_use]
    pub(crate) fn quota(&self) -> Quota {
        let Limits { rate, daily, .. } = self.limits();
        Quota { daily, rate }
    }

    /// Resets the used quota. Open sessions continue, and session numbers are not
    /// reset.
    pub(crate) fn reset(&self) {
        self.budget().reset();
    }

    /// Whether sending is paused.
    #[must_use]
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// Pauses or resumes sending.
    pub(crate) fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    /// The number of a new session, from 0.
    pub(crate) fn number(&self) -> u64 {
        self.sessions.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn identities(&self) -> &Identities {
        &self.identities
    }

    /// Whether the configuration sets that exist are configured.
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

    /// Whether a policy restricts from where `user` can send.
    pub(crate) fn has_policy(&self, user: UserId) -> bool {
        self.user(user).has_policy()
    }

    /// Whether the policy of `user` allows it to send from `address`.
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

    /// A place among the open sessions, unless the limit is reached.
    pub(crate) fn enter(&self) -> Option<ConnectionPermit> {
        self.connections.enter()
    }

    /// Decides whether a message can be sent, and if so, counts it.
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

    /// A budget is consistent at any point, so a poisoned lock can be used.
    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_numbered_from_0_and_a_reset_keeps_counting() {
        let credentials = Credentials::new("AKIAEXAMPLE", "secret");
        let account = Account::new(&Settings::default(), &credentials).unwrap();
        assert_eq!((account.number(), account.number()), (0, 1));
        account.reset();
        assert_eq!(account.number(), 2);
    }
}
