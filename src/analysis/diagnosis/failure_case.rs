//! A failure, and the predicates that the table uses on it.

use super::{Login, TargetContext};
use crate::smtp::TlsMode;
use crate::vocabulary::{Cause, Outcome, Phase, Scope};

/// A failure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FailureCase<'a> {
    /// The outcome of the message, or the one that it would have had.
    pub outcome: Outcome,
    /// Phase, reply or error.
    pub cause: Cause<'a>,
    /// The target.
    pub context: &'a TargetContext,
}

impl<'a> FailureCase<'a> {
    pub(super) fn at(&self, phase: Phase) -> bool {
        self.cause.phase == Some(phase)
    }

    pub(super) fn code(&self, code: u16) -> bool {
        self.cause.code == Some(code)
    }

    pub(super) fn enhanced(&self, code: &str) -> bool {
        self.cause.enhanced == Some(code)
    }

    /// Whether the text contains these words, ignoring case. Only whole words
    /// count: `corporate` does not contain `rate`, nor `smtp-relay-3` `relay`.
    pub(super) fn says(&self, words: &str) -> bool {
        let (text, words) = (self.cause.text.as_bytes(), words.as_bytes());
        let mut windows = text.windows(words.len()).enumerate();
        windows.any(|(at, window)| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            let after = text.get(at + words.len());
            let whole = !before.into_iter().chain(after).any(is_of_a_word);
            whole && window.eq_ignore_ascii_case(words)
        })
    }

    /// Whether the text contains any of these phrases.
    pub(super) fn says_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|words| self.says(words))
    }

    /// Whether the reply is a refusal, temporary or permanent.
    pub(super) fn is_refused(&self) -> bool {
        matches!(self.cause.code, Some(400..=599))
    }

    /// Whether the text begins with exactly these words, without an enhanced code.
    /// That identifies SES's replies even when a relay passes them on.
    pub(super) fn begins_as_of_ses(&self, words: &str) -> bool {
        self.cause.enhanced.is_none() && self.cause.text.starts_with(words)
    }

    /// Whether this is exactly the whole text, without an enhanced code.
    pub(super) fn is_of_ses(&self, words: &str) -> bool {
        self.cause.enhanced.is_none() && self.cause.text.trim_end_matches('.') == words
    }

    /// Whether the reply is to a command of a transaction.
    pub(super) fn in_transaction(&self) -> bool {
        let phase = self.cause.phase;
        phase.is_some_and(|phase| phase.scope() == Scope::Message)
    }

    /// Whether the session was logged in: with credentials, no transaction begins
    /// before AUTH has succeeded.
    pub(super) fn logged_in(&self) -> bool {
        self.context.login.is_some() && self.in_transaction()
    }

    /// Whether the enhanced code is a policy code: subject 7 (RFC 3463 section 3.8).
    pub(super) fn is_policy(&self) -> bool {
        let code = self.cause.enhanced.unwrap_or_default();
        code.split('.').nth(1) == Some("7")
    }

    pub(super) fn in_mode(&self, tls: TlsMode) -> bool {
        self.context.tls == tls
    }

    /// Whether nothing arrived in time.
    pub(super) fn timed_out(&self) -> bool {
        self.outcome == Outcome::Timeout || (self.cause.code.is_none() && self.says("timed out"))
    }

    /// Whether the server refused the credentials permanently.
    pub(super) fn login_refused(&self) -> bool {
        self.outcome == Outcome::Auth && self.code(535)
    }

    /// The credentials that SES refused. The target is known to be SES, or the text
    /// is exactly that of SES: other servers send a similar one (`535 5.7.8
    /// Authentication credentials invalid`, RFC 4954 section 6).
    pub(super) fn refused_by_ses(&self) -> Option<&'a Login> {
        let by_ses = self.context.is_ses || self.is_of_ses("Authentication Credentials Invalid");
        let login = self.context.login.as_ref().filter(|login| !login.made_up);
        login.filter(|_| by_ses && self.login_refused() && !self.says("not subscribed"))
    }
}

fn is_of_a_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
