//! Who is logged in, or about to log in.
//!
//! The session decides whether AUTH is allowed and what is replied. It begins an
//! [`Exchange`] with the arguments of AUTH, or takes the one under way
//! ([`take_exchange`](Auth::take_exchange)) and continues it with a line; either
//! returns its [`Progress`]. After a challenge it
//! [expects a response](Auth::expect_response), after an accepted attempt it
//! [logs in](Auth::log_in).

mod exchange;

use std::mem;

pub(super) use self::exchange::{Exchange, Progress, begins_with_password};
use crate::account::UserId;

#[derive(Debug, Default)]
pub(super) enum Auth {
    #[default]
    Anonymous,
    /// The next line is the response to a challenge.
    Exchanging(Exchange),
    LoggedIn(UserId),
}

impl Auth {
    /// The exchange that the next line continues, if there is one.
    pub(super) fn take_exchange(&mut self) -> Option<Exchange> {
        match mem::take(self) {
            Auth::Exchanging(exchange) => Some(exchange),
            other => {
                *self = other;
                None
            }
        }
    }

    /// A challenge was sent.
    pub(super) fn expect_response(&mut self, exchange: Exchange) {
        *self = Auth::Exchanging(exchange);
    }

    pub(super) fn log_in(&mut self, user: UserId) {
        *self = Auth::LoggedIn(user);
    }

    /// The session is secured: what came before does not count (RFC 3207 section
    /// 4.2).
    pub(super) fn reset(&mut self) {
        *self = Auth::Anonymous;
    }

    /// Who is logged in.
    pub(super) fn user(&self) -> Option<UserId> {
        match self {
            Auth::LoggedIn(user) => Some(*user),
            Auth::Anonymous | Auth::Exchanging(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Account, Credentials};
    use crate::protocol::Reply;
    use crate::settings::Settings;

    fn account() -> Account {
        let credentials = Credentials::new("AKIAEXAMPLE", "some+secret+key");
        Account::new(&Settings::default(), &credentials).unwrap()
    }

    #[test]
    fn an_exchange_is_taken_once_and_does_not_log_in() {
        let mut auth = Auth::default();
        assert!(auth.take_exchange().is_none());
        let progress = Exchange::begin(b"LOGIN", &account());
        let Progress::Challenge(Reply::AskUsername, exchange) = progress else {
            panic!("{progress:?}");
        };
        auth.expect_response(exchange);
        assert_eq!(auth.user(), None);
        assert!(auth.take_exchange().is_some());
        assert!(auth.take_exchange().is_none());
        assert_eq!(auth.user(), None);
    }

    #[test]
    fn a_user_stays_logged_in_until_a_reset() {
        let account = account();
        let password = account.password().expose();
        let user = account.authenticate(b"AKIAEXAMPLE", password.as_bytes());
        let user = user.unwrap();
        let mut auth = Auth::default();
        auth.log_in(user);
        assert!(auth.take_exchange().is_none());
        assert_eq!(auth.user(), Some(user));
        auth.reset();
        assert_eq!(auth.user(), None);
    }
}
