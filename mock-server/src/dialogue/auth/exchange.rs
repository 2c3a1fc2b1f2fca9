//! The exchange of AUTH PLAIN (RFC 4616) and AUTH LOGIN.
//!
//! It turns lines into a login attempt or into the next challenge.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::account::{Account, UserId};
use crate::dialogue::command::word;
use crate::protocol::{LoginFailure, Reply};

/// What the client's next line contains.
#[derive(Debug)]
pub(in crate::dialogue) enum Exchange {
    /// The only message of PLAIN.
    Plain,
    /// The user name of LOGIN.
    Username,
    /// The password of LOGIN, for this user name.
    Password(Vec<u8>),
}

/// Result of a line.
#[derive(Debug)]
pub(in crate::dialogue) enum Progress {
    /// Another line is needed.
    Challenge(Reply, Exchange),
    /// AUTH fails without a login attempt.
    Refused(Reply),
    /// Result of the login attempt.
    Attempt(Result<UserId, LoginFailure>),
}

/// Whether the arguments of AUTH contain a password: only PLAIN's can.
pub(in crate::dialogue) fn begins_with_password(arguments: &[u8]) -> bool {
    let (mechanism, initial) = word(arguments);
    mechanism.eq_ignore_ascii_case(b"PLAIN") && Exchange::Plain.holds_password(initial)
}

impl Exchange {
    /// Begins with the arguments of AUTH: a mechanism and an optional initial
    /// response, where `=` is an empty one (RFC 4954 section 4).
    pub(in crate::dialogue) fn begin(arguments: &[u8], account: &Account) -> Progress {
        let (mechanism, initial) = word(arguments);
        let (challenge, exchange) = if mechanism.eq_ignore_ascii_case(b"PLAIN") {
            (Reply::Continue, Exchange::Plain)
        } else if mechanism.eq_ignore_ascii_case(b"LOGIN") {
            (Reply::AskUsername, Exchange::Username)
        } else if mechanism.is_empty() {
            return Progress::Refused(Reply::AuthSyntax);
        } else {
            return Progress::Refused(Reply::UnknownMechanism);
        };
        match initial {
            b"" => Progress::Challenge(challenge, exchange),
            b"=" => exchange.proceed(b"", account),
            _ => exchange.proceed(initial, account),
        }
    }

    /// Continues with the client's response to a challenge.
    pub(in crate::dialogue) fn proceed(self, line: &[u8], account: &Account) -> Progress {
        let line = line.trim_ascii();
        if line == b"*" {
            return Progress::Refused(Reply::AuthCanceled);
        }
        let Ok(decoded) = STANDARD.decode(line) else {
            return Progress::Refused(Reply::NotBase64);
        };
        match self {
            Exchange::Plain => Progress::Attempt(plain(&decoded, account)),
            Exchange::Username => {
                Progress::Challenge(Reply::AskPassword, Exchange::Password(decoded))
            }
            Exchange::Password(username) => {
                Progress::Attempt(account.authenticate(&username, &decoded))
            }
        }
    }

    /// Whether the client's response to a challenge contains a password.
    pub(in crate::dialogue) fn holds_password(&self, line: &[u8]) -> bool {
        let Ok(decoded) = STANDARD.decode(line.trim_ascii()) else {
            return false;
        };
        match self {
            Exchange::Plain => parts(&decoded).is_some_and(|(_, password)| !password.is_empty()),
            Exchange::Username => false,
            Exchange::Password(_) => !decoded.is_empty(),
        }
    }
}

fn plain(message: &[u8], account: &Account) -> Result<UserId, LoginFailure> {
    match parts(message) {
        Some((username, password)) => account.authenticate(username, password),
        None => Err(LoginFailure::WrongPassword),
    }
}

/// User name and password of `authzid NUL authcid NUL password`; authzid is
/// ignored.
fn parts(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = message.splitn(3, |byte| *byte == 0).skip(1);
    Some((parts.next()?, parts.next()?))
}
