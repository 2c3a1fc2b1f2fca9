//! What a rule that strikes brings to a stage.

use std::sync::Arc;
use std::time::Duration;

use crate::protocol::Certificate;

/// A rule has struck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InjectedFault {
    /// The rule's place in the list, from 0.
    pub(crate) rule: usize,
    /// Added to what the stage takes.
    pub(crate) delay: Duration,
    pub(crate) effect: Effect,
    /// Close the connection after words.
    pub(crate) close: bool,
    /// At the dot: judge the message first.
    pub(crate) accepted: bool,
}

/// What happens at the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// What would happen anyway, but later.
    Late,
    /// Half of the stage's own reply.
    HalfReply,
    /// The stage's own reply, less the offer of STARTTLS.
    NoStartTls,
    /// A handshake with that certificate.
    Show(Certificate),
    /// Something else than the stage's own reply.
    Replace(FaultAction),
}

/// What takes the place of a reply, or of a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultAction {
    /// Other words, line ends included.
    Reply(Arc<str>),
    Garbage,
    TlsAlert,
    Stall,
    Close,
    Reset,
}

impl InjectedFault {
    /// Whether the command at which it strikes still does what it is for. A
    /// refusal means what it says; so does silence.
    pub(crate) fn lets_happen(&self) -> bool {
        match &self.effect {
            Effect::Replace(FaultAction::Reply(text)) => !text.starts_with(['4', '5']),
            _ => self.lets_pass(),
        }
    }

    /// Whether what the stage is about goes its way, late perhaps.
    pub(crate) fn lets_pass(&self) -> bool {
        !matches!(self.effect, Effect::Replace(_))
    }

    /// Whether the message at whose dot it strikes is still judged and counted.
    pub(crate) fn lets_judge(&self) -> bool {
        self.accepted || self.lets_pass()
    }

    /// First digit of the words that take the place of the stage's own reply.
    pub(crate) fn first_digit(&self) -> Option<u8> {
        self.words().and_then(|text| text.bytes().next())
    }

    /// The words that take the place of the stage's own reply.
    pub(crate) fn words(&self) -> Option<&str> {
        match &self.effect {
            Effect::Replace(FaultAction::Reply(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether something else leaves than the stage's own reply.
    pub(crate) fn replaces(&self) -> bool {
        matches!(self.effect, Effect::HalfReply | Effect::Replace(_))
    }

    /// Whether the client hears, in the end, what became of a message that was
    /// judged.
    pub(crate) fn lets_hear(&self) -> bool {
        self.effect == Effect::Late || self.first_digit() == Some(b'2')
    }

    /// Whether a reply of some kind is there in the end, whole.
    pub(crate) fn answers(&self) -> bool {
        matches!(
            self.effect,
            Effect::Late | Effect::Replace(FaultAction::Reply(_))
        )
    }
}
