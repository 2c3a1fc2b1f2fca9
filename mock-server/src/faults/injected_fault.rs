//! An injected fault: what a matching rule does at a stage.

use std::sync::Arc;
use std::time::Duration;

use crate::protocol::Certificate;

/// The fault of a matching rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InjectedFault {
    /// Position of the rule in the list, from 0.
    pub(crate) rule: usize,
    /// Added to the stage's latency.
    pub(crate) delay: Duration,
    pub(crate) effect: Effect,
    /// Close the connection after the reply.
    pub(crate) close: bool,
    /// At the dot: evaluate the message first.
    pub(crate) accepted: bool,
}

/// What happens at the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Only a delay.
    Late,
    /// Half of the stage's own reply.
    HalfReply,
    /// The stage's own reply, without STARTTLS.
    NoStartTls,
    /// A handshake with that certificate.
    Show(Certificate),
    /// Something in place of the stage's own reply.
    Replace(FaultAction),
}

/// What replaces a reply or a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultAction {
    /// Another reply, with line ends.
    Reply(Arc<str>),
    Garbage,
    TlsAlert,
    Stall,
    Close,
    Reset,
}

impl InjectedFault {
    /// Whether the command still takes effect. It does not after a 4xx or 5xx, or
    /// without a reply.
    pub(crate) fn lets_happen(&self) -> bool {
        match &self.effect {
            Effect::Replace(FaultAction::Reply(text)) => !text.starts_with(['4', '5']),
            _ => self.lets_pass(),
        }
    }

    /// Whether the stage continues normally, perhaps later.
    pub(crate) fn lets_pass(&self) -> bool {
        !matches!(self.effect, Effect::Replace(_))
    }

    /// At the dot: whether the message is still evaluated and counted.
    pub(crate) fn lets_judge(&self) -> bool {
        self.accepted || self.lets_pass()
    }

    /// First digit of the injected reply.
    pub(crate) fn first_digit(&self) -> Option<u8> {
        self.words().and_then(|text| text.bytes().next())
    }

    /// The injected reply.
    pub(crate) fn words(&self) -> Option<&str> {
        match &self.effect {
            Effect::Replace(FaultAction::Reply(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether something other than the stage's own reply is sent.
    pub(crate) fn replaces(&self) -> bool {
        matches!(self.effect, Effect::HalfReply | Effect::Replace(_))
    }

    /// Whether the client learns the result of an evaluated message.
    pub(crate) fn lets_hear(&self) -> bool {
        self.effect == Effect::Late || self.first_digit() == Some(b'2')
    }

    /// Whether a complete reply is sent in the end.
    pub(crate) fn answers(&self) -> bool {
        matches!(
            self.effect,
            Effect::Late | Effect::Replace(FaultAction::Reply(_))
        )
    }
}
