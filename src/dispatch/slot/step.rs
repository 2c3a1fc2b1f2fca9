//! What a slot and its driver say to each other.

use std::num::NonZeroU32;

use crate::dispatch::{Connect, Lifecycle};
use crate::vocabulary::{Instant, StopReason, Ticket};

/// What a waiting slot receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Post {
    /// Send this message.
    Message(Ticket),
    /// No more messages will come.
    Quit,
}

/// What the plan asks of a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotRules {
    /// When sessions are opened.
    pub connect: Connect,
    /// Whether slots create their own messages: the closed model.
    pub closed: bool,
    /// The scenario's limit of messages on a session; none: no limit.
    pub messages_per_session: Option<NonZeroU32>,
    /// Messages that its first session carries less than the others, if the load is
    /// staggered.
    pub head_start: u32,
}

/// What a slot does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotStep {
    /// Wait until the limiter lets a session be opened, unless the run reaches
    /// this stage first.
    WaitForTurn { until: Option<Lifecycle> },
    /// Drive the dialogue until the session is ready for the next message, or
    /// over, unless the run reaches this stage first.
    Advance { until: Option<Lifecycle> },
    /// Wait until this moment, unless the run closes first. A slot that is
    /// `scouting` may be sent ahead.
    WaitUntil { moment: Instant, scouting: bool },
    /// Wait for a message, and meanwhile listen to the session, if there is one.
    AskForMessage,
    /// Nothing: the slot has ended.
    Done,
}

/// What becomes of a message that a slot was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is sent: write it into [`super::Slot::outgoing`], then call
    /// [`super::Slot::begin`].
    Send(Ticket),
    /// The run was stopped before it was started: it ends.
    LeftOver(Ticket),
    /// The same, and it was never scheduled, so that it needs no outcome.
    Dropped,
}

/// A try to open a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionTried {
    /// Whether the session became ready.
    pub ready: bool,
    /// Whether it was the slot's first.
    pub first: bool,
    /// Why the run has to stop, if it has to.
    pub stop: Option<StopReason>,
}
