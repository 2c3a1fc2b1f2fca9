//! What ended a session, and the driver's last step.

use crate::dialogue::step::Step;
use crate::protocol::Instant;

/// What ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialogue) enum ClosedBy {
    /// The client disconnected, or was lost.
    Client,
    /// QUIT.
    Quit,
    /// A last reply, which the client did not ask for or may not expect.
    LastReply,
    /// The idle time-out, and the client has sent nothing since.
    IdleTimeout,
    /// A fault, from that time on.
    Fault(Abort, Instant),
}

/// How a fault ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialogue) enum Abort {
    Close,
    Reset,
    Stall,
}

impl ClosedBy {
    /// The driver's next step at `now`.
    pub(in crate::dialogue) fn step(self, now: Instant) -> Step<'static> {
        match self {
            ClosedBy::Client | ClosedBy::Quit => Step::Close { linger: false },
            ClosedBy::LastReply | ClosedBy::IdleTimeout => Step::Close { linger: true },
            ClosedBy::Fault(_, moment) if now < moment => Step::Wait(moment),
            ClosedBy::Fault(Abort::Close, _) => Step::Close { linger: true },
            ClosedBy::Fault(Abort::Reset, _) => Step::Reset,
            ClosedBy::Fault(Abort::Stall, _) => Step::Stall,
        }
    }
}
