//! The exchange of AUTH PLAIN (RFC 4616) and AUTH LOGIN.
//!
//! It turns lines into a question to the account, or into the next challenge;
//! whether AUTH is allowed at all is the session's to say.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::command::word;
use super::reply::Reply;
use crate::account::{Account, LoginFailure, UserId};

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

/// Whether what follows AUTH holds credentials, and not only the name of a
/// mechanism.
pub(super) fn brings_credentials(arguments: &[u8]) -> bool {
    !word(arguments).1.is_empty()
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

/// `authzid NUL authcid NUL password`; the first is ignored.
fn plain(message: &[u8], account: &Account) -> Result<UserId, LoginFailure> {
    let mut parts = message.splitn(3, |byte| *byte == 0).skip(1);
    match (parts.next(), parts.next()) {
        (Some(username), Some(password)) => account.authenticate(username, password),
        _ => Err(LoginFailure::WrongPassword),
    }
}
