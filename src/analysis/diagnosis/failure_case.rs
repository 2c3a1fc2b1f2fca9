//! A failure, and the predicates that the table uses on it.
//!
//! Rows search the text of a server's reply and no other: what sesbench, the
//! kernel or the TLS library found is a [`Failure`], and its text for reports is
//! out of reach here.

use super::{Login, TargetContext};
use crate::smtp::TlsMode;
use crate::vocabulary::{Cause, Failure, Outcome, Phase, Scope, SocketFailure};

/// A failure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FailureCase<'a> {
    /// The outcome of the message, or the one that it would have had.
    pub(super) outcome: Outcome,
    /// The target.
    pub(super) context: &'a TargetContext,
    /// Reply or failure. Private: its text is for reports.
    cause: Cause<'a>,
}

/// A reply of the server, the only text that rows may search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply<'a> {
    /// Its code.
    pub(super) code: u16,
    /// Its enhanced status code.
    pub(super) enhanced: Option<&'a str>,
    /// Its text, without codes.
    pub(super) text: &'a str,
}

impl Reply<'_> {
    /// Whether the text contains these words, ignoring case. Only whole words
    /// count: `corporate` does not contain `rate`, nor `smtp-relay-3` `relay`.
    fn says(&self, words: &str) -> bool {
        let (text, words) = (self.text.as_bytes(), words.as_bytes());
        let mut windows = text.windows(words.len()).enumerate();
        windows.any(|(at, window)| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            let after = text.get(at + words.len());
            let whole = !before.into_iter().chain(after).any(is_of_a_word);
            whole && window.eq_ignore_ascii_case(words)
        })
    }
}

impl<'a> FailureCase<'a> {
    /// The case of that outcome and cause, at that target.
    pub(crate) const fn new(
        outcome: Outcome,
        cause: Cause<'a>,
        context: &'a TargetContext,
    ) -> Self {
        Self {
            outcome,
            context,
            cause,
        }
    }

    /// The server's reply, if that is the cause.
    pub(super) fn reply(&self) -> Option<Reply<'a>> {
        Some(Reply {
            code: self.cause.code?,
            enhanced: self.cause.enhanced,
            text: self.cause.reply_text()?,
        })
    }

    /// What was found on this side, if the server's reply is not the cause.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.cause.failure
    }

    /// What the failure is about, to be shown.
    pub(super) fn detail(&self) -> Option<&'a str> {
        self.cause.detail
    }

    pub(super) fn at(&self, phase: Phase) -> bool {
        self.cause.phase == Some(phase)
    }

    /// The code of the server's reply.
    pub(super) fn reply_code(&self) -> Option<u16> {
        self.reply().map(|reply| reply.code)
    }

    pub(super) fn code(&self, code: u16) -> bool {
        self.reply_code() == Some(code)
    }

    pub(super) fn enhanced(&self, code: &str) -> bool {
        self.reply_enhanced() == Some(code)
    }

    fn reply_enhanced(&self) -> Option<&'a str> {
        self.reply()?.enhanced
    }

    /// Whether the reply contains these words; see [`Reply::says`].
    pub(super) fn says(&self, words: &str) -> bool {
        self.reply().is_some_and(|reply| reply.says(words))
    }

    /// Whether the reply contains any of these phrases.
    pub(super) fn says_any(&self, phrases: &[&str]) -> bool {
        let says = |reply: Reply<'_>| phrases.iter().any(|words| reply.says(words));
        self.reply().is_some_and(says)
    }

    /// Whether the reply is a refusal, temporary or permanent.
    pub(super) fn is_refused(&self) -> bool {
        matches!(self.reply_code(), Some(400..=599))
    }

    /// Whether the text begins with exactly these words, without an enhanced code.
    /// That identifies SES's replies even when a relay passes them on.
    pub(super) fn begins_as_of_ses(&self, words: &str) -> bool {
        let begins = |reply: Reply<'_>| reply.enhanced.is_none() && reply.text.starts_with(words);
        self.reply().is_some_and(begins)
    }

    /// Whether this is exactly the whole text, without an enhanced code.
    pub(super) fn is_of_ses(&self, words: &str) -> bool {
        let is = |reply: Reply<'_>| {
            reply.enhanced.is_none() && reply.text.trim_end_matches('.') == words
        };
        self.reply().is_some_and(is)
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
        let code = self.reply_enhanced().unwrap_or_default();
        code.split('.').nth(1) == Some("7")
    }

    pub(super) fn in_mode(&self, tls: TlsMode) -> bool {
        self.context.tls == tls
    }

    /// Whether nothing arrived in time.
    pub(super) fn timed_out(&self) -> bool {
        let given_up = matches!(
            self.failure(),
            Some(Failure::TimedOut | Failure::Socket(SocketFailure::TimedOut))
        );
        self.outcome == Outcome::Timeout || given_up
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
