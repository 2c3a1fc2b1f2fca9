//! Why something ended as it did: borrowed, as events carry it, and owned, for
//! all that outlives the event.

use super::{Failure, Phase};

/// The cause of an outcome: the server's reply, or a failure found on this side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause<'a> {
    /// The phase it happened in; none for a message that never started.
    pub phase: Option<Phase>,
    /// The reply code, where a reply was read.
    pub code: Option<u16>,
    /// The enhanced status code (RFC 3463), where the reply had one.
    pub enhanced: Option<&'a str>,
    /// What was found on this side; none where the server's reply is the cause.
    pub failure: Option<Failure>,
    /// What the failure is about, to be shown: the names in a certificate, a
    /// line in plaintext.
    pub detail: Option<&'a str>,
    /// The reply's text without codes, lines joined by a space; or the
    /// failure's text. It is for reports; code that searches uses
    /// [`Cause::reply_text`].
    pub text: &'a str,
}

impl<'a> Cause<'a> {
    /// The text of the server's reply, if that is the cause: servers distinguish
    /// some refusals only by their text.
    pub const fn reply_text(&self) -> Option<&'a str> {
        match (self.code, self.failure) {
            (Some(_), None) => Some(self.text),
            _ => None,
        }
    }
}

impl Cause<'static> {
    /// A failure, with its phrase as text.
    pub const fn local(phase: Option<Phase>, failure: Failure) -> Self {
        Self {
            phase,
            code: None,
            enhanced: None,
            failure: Some(failure),
            detail: None,
            text: failure.phrase(),
        }
    }
}

/// An owned [`Cause`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseBuf {
    /// See [`Cause::phase`].
    pub phase: Option<Phase>,
    /// See [`Cause::code`].
    pub code: Option<u16>,
    /// See [`Cause::enhanced`].
    pub enhanced: Option<String>,
    /// See [`Cause::failure`].
    pub failure: Option<Failure>,
    /// See [`Cause::detail`].
    pub detail: Option<String>,
    /// See [`Cause::text`].
    pub text: String,
}

impl CauseBuf {
    /// The same, borrowed.
    pub fn as_cause(&self) -> Cause<'_> {
        Cause {
            phase: self.phase,
            code: self.code,
            enhanced: self.enhanced.as_deref(),
            failure: self.failure,
            detail: self.detail.as_deref(),
            text: &self.text,
        }
    }
}

impl From<Cause<'_>> for CauseBuf {
    fn from(cause: Cause<'_>) -> Self {
        Self {
            phase: cause.phase,
            code: cause.code,
            enhanced: cause.enhanced.map(str::to_owned),
            failure: cause.failure,
            detail: cause.detail.map(str::to_owned),
            text: cause.text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reply_has_text_to_search() {
        let reply = Cause {
            phase: Some(Phase::Accept),
            code: Some(554),
            enhanced: Some("5.7.1"),
            failure: None,
            detail: None,
            text: "no",
        };
        assert_eq!(reply.reply_text(), Some("no"));
        let local = Cause::local(Some(Phase::Accept), Failure::Closed);
        assert_eq!(local.text, "connection closed by the server");
        assert_eq!(local.reply_text(), None);
        // A reply that is the reason of a failure keeps its code.
        let both = Cause {
            failure: local.failure,
            ..reply
        };
        assert_eq!(both.reply_text(), None);
    }

    #[test]
    fn an_owned_cause_is_the_same_cause() {
        let cause = Cause {
            phase: Some(Phase::Tls),
            code: Some(220),
            enhanced: Some("2.0.0"),
            failure: Some(Failure::TimedOut),
            detail: Some("x"),
            text: "y",
        };
        assert_eq!(CauseBuf::from(cause).as_cause(), cause);
    }
}
