//! What was met, and the questions that the table asks of it.

use super::{Login, Place};
use crate::scenario::TlsMode;
use crate::vocabulary::{Cause, Outcome, Phase};

/// Something that did not go as wished.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// What a message ended with, or would have ended with.
    pub outcome: Outcome,
    /// Where, and what the server or the system said.
    pub cause: Cause<'a>,
    /// The target.
    pub place: &'a Place,
}

impl<'a> Situation<'a> {
    pub(super) fn at(&self, phase: Phase) -> bool {
        self.cause.phase == Some(phase)
    }

    pub(super) fn code(&self, code: u16) -> bool {
        self.cause.code == Some(code)
    }

    pub(super) fn enhanced(&self, code: &str) -> bool {
        self.cause.enhanced == Some(code)
    }

    /// Whether that part is in the text, in capitals or not.
    pub(super) fn says(&self, part: &str) -> bool {
        let windows = self.cause.text.as_bytes().windows(part.len());
        windows
            .into_iter()
            .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    }

    pub(super) fn in_mode(&self, tls: TlsMode) -> bool {
        self.place.tls == tls
    }

    /// Whether nothing came in time.
    pub(super) fn timed_out(&self) -> bool {
        self.outcome == Outcome::Timeout || (self.cause.code.is_none() && self.says("timed out"))
    }

    /// Whether the server refused the credentials for good.
    pub(super) fn login_refused(&self) -> bool {
        self.outcome == Outcome::Auth && self.code(535)
    }

    /// The credentials that SES, or whoever speaks like it, refused.
    pub(super) fn refused_by_ses(&self) -> Option<&'a Login> {
        let by_ses = self.place.is_ses || self.says("Authentication Credentials Invalid");
        let login = self.place.login.as_ref().filter(|login| !login.made_up);
        login.filter(|_| by_ses && self.login_refused() && !self.says("not subscribed"))
    }
}
