//! The exchange of AUTH PLAIN (RFC 4616) and AUTH LOGIN.
//!
//! It turns lines into a question to the account, or into the next challenge;
//! whether AUTH is allowed at all is the session's to say.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::command::word;
use crate::account::{Account, UserId};
use crate::protocol::{LoginFailure, Reply};

/// What the client's next line is.
#[derive(Debug)]
pub(super) enum Exchange {
    /// PLAIN's only message.
    Plain,
    /// LOGIN's user name.
    Username,
    /// LOGIN's password, for this user name.
    Password(Vec<u8>),
}

/// What comes of a line.
#[derive(Debug)]
pub(super) enum Progress {
    /// Ask for one more line.
    Challenge(Reply, Exchange),
    /// It is over, and nobody was asked.
    Refused(Reply),
    /// The account has been asked.
    Asked(Result<UserId, LoginFailure>),
}

/// Whether what follows AUTH holds a password: only that of PLAIN can.
pub(super) fn begins_with_password(arguments: &[u8]) -> bool {
    let (mechanism, initial) = word(arguments);
    mechanism.eq_ignore_ascii_case(b"PLAIN") && holds_password(&Exchange::Plain, initial)
}

/// Whether the client's answer to a challenge holds a password.
pub(super) fn holds_password(exchange: &Exchange, line: &[u8]) -> bool {
    let Ok(decoded) = STANDARD.decode(line.trim_ascii()) else {
        return false;
    };
    match exchange {
        Exchange::Plain => parts(&decoded).is_some_and(|(_, password)| !password.is_empty()),
        Exchange::Username => false,
        Exchange::Password(_) => !decoded.is_empty(),
    }
}

/// Begins with what follows AUTH: a mechanism and perhaps an initial response,
/// `=` being an empty one (RFC 4954 section 4).
pub(super) fn begin(arguments: &[u8], account: &Account) -> Progress {
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
        b"=" => proceed(exchange, b"", account),
        _ => proceed(exchange, initial, account),
    }
}

/// Goes on with the client's answer to a challenge.
pub(super) fn proceed(exchange: Exchange, line: &[u8], account: &Account) -> Progress {
    let line = line.trim_ascii();
    if line == b"*" {
        return Progress::Refused(Reply::AuthCanceled);
    }
    let Ok(decoded) = STANDARD.decode(line) else {
        return Progress::Refused(Reply::NotBase64);
    };
    match exchange {
        Exchange::Plain => Progress::Asked(plain(&decoded, account)),
        Exchange::Username => Progress::Challenge(Reply::AskPassword, Exchange::Password(decoded)),
        Exchange::Password(username) => Progress::Asked(account.authenticate(&username, &decoded)),
    }
}

fn plain(message: &[u8], account: &Account) -> Result<UserId, LoginFailure> {
    match parts(message) {
        Some((username, password)) => account.authenticate(username, password),
        None => Err(LoginFailure::WrongPassword),
    }
}

/// User name and password: `authzid NUL authcid NUL password`, of which the
/// first is ignored.
fn parts(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = message.splitn(3, |byte| *byte == 0).skip(1);
    Some((parts.next()?, parts.next()?))
}
