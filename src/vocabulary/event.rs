//! What happens in a run, as one stream of events.
//!
//! The engine, its slots and the client dialogue report events; the recorder,
//! the ledger, `--trace` and tests consume them. No code measures anything
//! outside of this stream.

use super::{Cause, Instant, Lines, Outcome, Phase};

/// A slot: the place in the pool that holds one session after another.
/// Numbered from 0 over all workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub u32);

/// A scheduled message on its way through the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Index of its arrival in the schedule, from 0.
    pub index: u64,
    /// When the schedule wanted it; in the closed model, when it was started.
    pub intended: Instant,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    /// Whether it found a free slot when it was released and the limiter did not
    /// hold it: only then is the time to its first byte the generator's own
    /// lateness.
    pub prompt: bool,
    /// Whether a slot was free when it was released, and the limiter held it.
    pub held: bool,
    /// How long the generator itself may have delayed it before a slot took it,
    /// in nanoseconds, if it had to wait for one.
    pub delayed: u64,
    /// When a slot first took it; [`Instant::NEVER`] before that.
    pub started: Instant,
}

impl Ticket {
    /// A message before its first attempt.
    pub const fn new(index: u64, intended: Instant) -> Self {
        Self {
            index,
            intended,
            attempt: 1,
            prompt: false,
            held: false,
            delayed: 0,
            started: Instant::NEVER,
        }
    }

    /// The same message, for its next attempt.
    #[must_use]
    pub const fn again(self) -> Self {
        Self {
            attempt: self.attempt + 1,
            prompt: false,
            held: false,
            ..self
        }
    }
}

/// An event. Its time is passed along with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'a> {
    /// The schedule released a message. In the closed model, together with
    /// [`Event::Started`].
    Scheduled {
        /// The message.
        message: Ticket,
    },
    /// A slot took a message for the first time.
    Started {
        /// The slot.
        slot: SlotId,
        /// The message.
        message: Ticket,
    },
    /// A slot began an attempt; for the first attempt, after `Started`.
    AttemptStarted {
        /// The slot.
        slot: SlotId,
        /// The message.
        message: Ticket,
    },
    /// The first byte of an attempt is being handed to the socket: MAIL.
    TransactionStarted {
        /// The slot.
        slot: SlotId,
        /// The message.
        message: Ticket,
    },
    /// A phase ended: its reply was read or its work is done, whatever the
    /// reply was. The event's time is the end of the phase.
    PhaseEnded {
        /// The slot.
        slot: SlotId,
        /// The phase.
        phase: Phase,
        /// When it began.
        began: Instant,
    },
    /// A complete reply was read.
    Replied {
        /// The slot.
        slot: SlotId,
        /// The reply, and its phase.
        reply: Cause<'a>,
        /// The same, line by line.
        lines: Lines<'a>,
    },
    /// A session is about to be opened by a connect.
    SessionOpening {
        /// The slot.
        slot: SlotId,
    },
    /// A session became ready for MAIL.
    SessionReady {
        /// The slot.
        slot: SlotId,
        /// Start of its connect.
        began: Instant,
    },
    /// A session ended: by QUIT, or otherwise.
    SessionEnded {
        /// The slot.
        slot: SlotId,
        /// Whether it had become ready.
        ready: bool,
        /// Why it ended, if the client did not end it: a refusal, an error, a
        /// loss. `None` after the client's QUIT. The outcome is the one that a
        /// message would have had.
        failure: Option<(Outcome, Cause<'a>)>,
    },
    /// An attempt ended.
    AttemptEnded {
        /// The slot.
        slot: SlotId,
        /// The message.
        message: Ticket,
        /// Its outcome.
        outcome: Outcome,
        /// The cause.
        cause: Cause<'a>,
        /// When the slot took this attempt.
        began: Instant,
        /// When MAIL was handed to the socket, if it was.
        transaction: Option<Instant>,
    },
    /// An attempt failed, and there will be another one.
    BackingOff {
        /// The message, as its next attempt will carry it.
        message: Ticket,
        /// The next attempt does not start before this.
        until: Instant,
    },
    /// A message ended.
    Ended {
        /// The message.
        message: Ticket,
        /// The outcome of its last attempt.
        outcome: Outcome,
        /// The cause of that outcome.
        cause: Cause<'a>,
    },
}

/// What is about to be handed to the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending<'a> {
    /// The first part.
    pub head: &'a [u8],
    /// The second part; may be empty.
    pub body: &'a [u8],
    /// Whether a secret follows, which is left out here.
    pub secret: bool,
}

/// A consumer of the stream of events.
pub trait Observer {
    /// Handles an event that happened at `at`.
    fn on_event(&mut self, at: Instant, event: &Event<'_>);

    /// Handles what is about to be sent. No measurement needs this, so it has
    /// no time, and observers that ignore it pay nothing.
    fn sending(&mut self, _what: Sending<'_>) {}
}

impl<T: Observer + ?Sized> Observer for &mut T {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        (**self).on_event(at, event);
    }

    fn sending(&mut self, what: Sending<'_>) {
        (**self).sending(what);
    }
}

impl<T: Observer> Observer for Option<T> {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        if let Some(listener) = self {
            listener.on_event(at, event);
        }
    }

    fn sending(&mut self, what: Sending<'_>) {
        if let Some(listener) = self {
            listener.sending(what);
        }
    }
}

/// Two observers of one stream, such as a recorder and an optional trace.
impl<A: Observer, B: Observer> Observer for (A, B) {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        self.0.on_event(at, event);
        self.1.on_event(at, event);
    }

    fn sending(&mut self, what: Sending<'_>) {
        self.0.sending(what);
        self.1.sending(what);
    }
}
