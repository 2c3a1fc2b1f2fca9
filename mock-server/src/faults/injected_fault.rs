//! An injected fault: what a matching rule does at a stage.

use std::sync::Arc;
use std::time::Duration;

use crate::settings::{ActionKind, FaultAction};

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
    Delay,
    /// Another reply, with line ends.
    Reply(Arc<str>),
    /// An action.
    Action(FaultAction),
}

impl InjectedFault {
    /// Whether the command still takes effect. It does not after a 4xx or 5xx, or
    /// without a reply.
    pub(crate) fn lets_happen(&self) -> bool {
        match &self.effect {
            Effect::Reply(text) => !text.starts_with(['4', '5']),
            _ => self.lets_pass(),
        }
    }

    /// Whether the stage continues normally, perhaps later.
    pub(crate) fn lets_pass(&self) -> bool {
        match self.kind() {
            Some(ActionKind::EndsSession | ActionKind::SendsInstead) => false,
            Some(ActionKind::ChangesReply | ActionKind::ChangesStage) => true,
            None => self.effect == Effect::Delay,
        }
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
            Effect::Reply(text) => Some(text),
            _ => None,
        }
    }

    /// Whether something is sent in place of the stage.
    pub(crate) fn sends_instead(&self) -> bool {
        self.words().is_some() || self.kind() == Some(ActionKind::SendsInstead)
    }

    /// Whether something other than the stage's own reply is sent.
    pub(crate) fn replaces(&self) -> bool {
        !self.lets_pass() || self.kind() == Some(ActionKind::ChangesReply)
    }

    /// Whether the client learns the result of an evaluated message.
    pub(crate) fn lets_hear(&self) -> bool {
        !self.replaces() || self.first_digit() == Some(b'2')
    }

    fn kind(&self) -> Option<ActionKind> {
        match self.effect {
            Effect::Action(action) => Some(action.kind()),
            _ => None,
        }
    }
}
