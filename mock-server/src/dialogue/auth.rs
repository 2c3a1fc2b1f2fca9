//! The exchange of AUTH PLAIN (RFC 4616) and AUTH LOGIN.
//!
//! It turns lines into a question to the account, or into the next challenge;
//! whether AUTH is allowed at all is the session's to say.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::command::word;
use super::reply::Reply;
use crate::account::Account;

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
    /// It is over.
    Done(Reply),
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
        return Progress::Done(Reply::AuthSyntax);
    } else {
        return Progress::Done(Reply::UnknownMechanism);
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
        return Progress::Done(Reply::AuthCanceled);
    }
    let Ok(decoded) = STANDARD.decode(line) else {
        return Progress::Done(Reply::NotBase64);
    };
    match exchange {
        Exchange::Plain => Progress::Done(verdict(plain(&decoded, account))),
        Exchange::Username => Progress::Challenge(Reply::AskPassword, Exchange::Password(decoded)),
        Exchange::Password(username) => {
            Progress::Done(verdict(account.authenticates(&username, &decoded)))
        }
    }
}

/// `authzid NUL authcid NUL password`; the first is ignored.
fn plain(message: &[u8], account: &Account) -> bool {
    let mut parts = message.splitn(3, |byte| *byte == 0).skip(1);
    match (parts.next(), parts.next()) {
        (Some(username), Some(password)) => account.authenticates(username, password),
        _ => false,
    }
}

fn verdict(authentic: bool) -> Reply {
    if authentic {
        Reply::Authenticated
    } else {
        Reply::BadCredentials
    }
}
