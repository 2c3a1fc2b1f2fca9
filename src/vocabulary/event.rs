//! What happens in a run, told once, in one stream.
//!
//! The engine, its slots and the client dialogue tell; the recorder, the
//! ledger, `--trace` and tests listen. Nobody measures anything on the side.

use super::{Instant, Lines, Outcome, Phase};

/// A slot: the place in the pool that holds one session after another.
/// Numbered from 0 over all workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub u32);

/// A scheduled message on its way through the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Which arrival of the schedule it is, from 0.
    pub index: u64,
    /// When the schedule wanted it. In the closed model: when it was started.
    pub intended: Instant,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Whether it found a free slot when it was released, and nothing held it
    /// back: only then is the time to its first byte the generator's own lateness.
    pub prompt: bool,
    /// Whether a slot was free when it was released, and a bound on attempts
    /// held it back.
    pub held: bool,
    /// How long the generator itself may have delayed it before a slot took it
    /// up, in nanoseconds, where it had to wait for one.
    pub delayed: u64,
    /// When a slot took it up for the first time; [`Instant::NEVER`] before.
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

    /// The same message, for the attempt after this one.
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

/// Why something ended as it did: the server's reply, or what happened instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause<'a> {
    /// The phase it happened in; none for a message that never started.
    pub phase: Option<Phase>,
    /// The reply code, where a reply was read.
    pub code: Option<u16>,
    /// The enhanced status code (RFC 3463), where the reply had one.
    pub enhanced: Option<&'a str>,
    /// Whether it is a time-out: no reply came in time.
    pub timed_out: bool,
    /// The reply's text without codes, lines joined by a space; or the error.
    pub text: &'a str,
}

/// Something that happened. The moment it happened is told beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'a> {
    /// The schedule released a message. In the closed model this comes with
    /// [`Event::Started`].
    Scheduled {
        /// The message.
        message: Ticket,
    },
    /// A slot took a message up for the first time.
    Started {
        /// The slot.
        slot: SlotId,
        /// The message.
        message: Ticket,
    },
    /// A slot began an attempt; told for every attempt, after `Started` for the first.
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
    /// A phase ended well, in the sense that its reply was read or its work done,
    /// whatever the reply said. Its end is the moment of the event.
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
        /// What was said, and in which phase.
        reply: Cause<'a>,
        /// The same, line by line.
        lines: Lines<'a>,
    },
    /// A session is to be opened: its connect is about to start.
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
        /// What ended it when it was not ours to end: a refusal, an error, a
        /// loss. `None` after our own QUIT. The outcome is what a message
        /// would have ended with.
        failure: Option<(Outcome, Cause<'a>)>,
    },
    /// An attempt ended.
    AttemptEnded {
        /// The slot.
        slot: SlotId,
        /// The message.
        message: Ticket,
        /// How.
        outcome: Outcome,
        /// Why.
        cause: Cause<'a>,
        /// When the slot took this attempt up.
        began: Instant,
        /// When MAIL was handed to the socket, if it came to that.
        transaction: Option<Instant>,
    },
    /// An attempt failed, and there will be another.
    BackingOff {
        /// The message, as its next attempt will have it.
        message: Ticket,
        /// Not before then.
        until: Instant,
    },
    /// A message ended, for good.
    Ended {
        /// The message.
        message: Ticket,
        /// How: its last attempt's outcome.
        outcome: Outcome,
        /// Why: its last attempt's reason.
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
    /// Whether more follows that is a secret and therefore left out.
    pub secret: bool,
}

/// A listener to the stream of events.
pub trait Observer {
    /// Takes note of something that happened at `at`.
    fn on_event(&mut self, at: Instant, event: &Event<'_>);

    /// Takes note of what is about to be sent. Nothing that is measured needs
    /// this, so it comes without a moment and costs those nothing who do not
    /// listen.
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

/// Two listeners to one stream, such as a recorder and an optional trace.
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
