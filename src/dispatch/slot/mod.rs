//! A slot: holds one session after another and sends one message after another.
//!
//! A state machine without I/O and clock. Its driver asks [`Slot::step`] and
//! carries out the step; each step names the methods that report its result:
//!
//! | step | result |
//! |---|---|
//! | `WaitForTurn` | `turn` |
//! | `Advance` | `advanced` |
//! | `WaitUntil` | `waited` |
//! | `AskForMessage` | `take`, then `begin`; or `no_more`, or `session_lost` |
//!
//! A step that is given up because the run is closing is reported by `closing`
//! instead. The slot is asked two or three times a message: between them, the
//! driver asks the dialogue. It decides when a session is opened and ended, how
//! long to back off, how many messages a session carries, and what becomes of a
//! message that comes too late. Which message a slot gets is decided by the
//! dispatcher or the closed model's feed. Not covered here, and so not by the
//! simulated world: the mailboxes, locks and wakers of the hand-over
//! (`engine/feed`), and partial sends and reads (`net`).

mod back_off;
mod step;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use super::{Connect, Lifecycle, stop_rules};
use crate::smtp::{Config, Dialogue, Outgoing, QUIT_TIMEOUT};
use crate::vocabulary::{Event, Failure, Instant, Observer, Outcome, SlotId, Ticket};
use back_off::BackOff;
pub(crate) use step::{Post, SessionTried, SlotRules, SlotStep, Taken};

/// Wait after a message that exceeds the limits which the server declared.
/// Nothing was sent, so the server needs no rest; but a slot that gets one such
/// message after another must let the other slots of its thread run.
const KEPT_BACK: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A session is needed, when it is this slot's turn.
    Opening,
    /// A session is set up; its message, if it has one, is sent on it.
    Connecting,
    /// A message is sent on a session that was open.
    Sending,
    /// Before the next try to open a session ahead.
    BackingOff(Instant),
    /// After a message that was turned away.
    Resting(Instant),
    /// Between two messages.
    Idle,
    /// The session ends by QUIT; the last one, if the slot is leaving.
    Quitting {
        leaving: bool,
    },
    Over,
}

/// One slot.
#[derive(Debug)]
pub(crate) struct Slot {
    id: SlotId,
    rules: SlotRules,
    dialogue: Dialogue,
    state: State,
    /// Whether it handles a message, which may move from session to session.
    carrying: bool,
    /// Whether it has tried to open its first session.
    tried: bool,
    /// Messages sent on the open session.
    carried: u32,
    /// Consecutive sessions that could not be opened.
    failures: BackOff,
    /// Consecutive attempts that ended before MAIL was accepted.
    turned_away: BackOff,
    /// How long to wait for the reply to the next QUIT.
    quit_patience: Duration,
}

impl Slot {
    /// A slot without a session; content ends with the tail of `outgoing`.
    pub(crate) fn new(
        id: SlotId,
        rules: SlotRules,
        config: Arc<Config>,
        outgoing: Outgoing,
    ) -> Self {
        let mut slot = Self {
            id,
            rules,
            dialogue: Dialogue::new(config, id, outgoing),
            state: State::Idle,
            carrying: false,
            tried: false,
            carried: 0,
            failures: BackOff::new(id),
            turned_away: BackOff::new(id),
            quit_patience: QUIT_TIMEOUT,
        };
        slot.state = slot.between_messages();
        slot
    }

    /// What to do next.
    pub(crate) fn step(&self) -> SlotStep {
        match self.state {
            State::Opening => SlotStep::WaitForTurn {
                until: self.gives_up_at(),
            },
            State::Connecting => SlotStep::Advance {
                until: self.gives_up_at(),
            },
            State::Sending | State::Quitting { .. } => SlotStep::Advance { until: None },
            State::BackingOff(moment) => SlotStep::WaitUntil {
                moment,
                scouting: true,
            },
            State::Resting(moment) => SlotStep::WaitUntil {
                moment,
                scouting: false,
            },
            State::Idle => SlotStep::AskForMessage,
            State::Over => SlotStep::Done,
        }
    }

    /// The slot's number.
    pub(crate) const fn id(&self) -> SlotId {
        self.id
    }

    /// The dialogue, for the driver that advances it.
    pub(crate) const fn dialogue(&mut self) -> &mut Dialogue {
        &mut self.dialogue
    }

    /// The buffer for the message that was taken.
    pub(crate) fn outgoing(&mut self) -> &mut Outgoing {
        self.dialogue.outgoing()
    }

    /// The slot's turn to open a session has come.
    pub(crate) fn turn(&mut self, now: Instant, events: &mut dyn Observer) {
        self.carried = std::mem::take(&mut self.rules.head_start);
        self.dialogue.open(now, events);
        self.state = State::Connecting;
    }

    /// The dialogue is ready for the next message, or its session is over. What
    /// is returned concerns others, too.
    pub(crate) fn advanced(&mut self, now: Instant) -> Option<SessionTried> {
        let tried = (self.state == State::Connecting).then(|| self.session_tried());
        self.state = match self.state {
            State::Quitting { leaving } => self.after_quit(leaving),
            _ if self.carrying => self.after_attempt(now),
            _ => self.after_set_up(now),
        };
        tried
    }

    /// A wait is over, or the slot is sent ahead.
    pub(crate) fn waited(&mut self, now: Instant) {
        self.state = match self.state {
            State::BackingOff(_) => State::Opening,
            State::Resting(_) => self.after_message(now),
            state => state,
        };
    }

    /// A message for this slot. No more messages are started once the run is
    /// `stopped`, even if the run controller has not seen that yet.
    pub(crate) fn take(
        &mut self,
        mut message: Ticket,
        stopped: bool,
        now: Instant,
        events: &mut dyn Observer,
    ) -> Taken {
        let fresh = message.attempt == 1;
        if stopped {
            if self.rules.closed {
                self.no_more(now);
            }
            return match self.rules.closed && fresh {
                true => Taken::Dropped,
                false => Taken::LeftOver(message),
            };
        }
        if fresh {
            message.started = now;
            if self.rules.closed {
                events.on_event(now, &Event::Scheduled { message });
            }
            let slot = self.id;
            events.on_event(now, &Event::Started { slot, message });
        }
        Taken::Send(message)
    }

    /// The message that was taken is written. Time before this is not part of
    /// any phase.
    pub(crate) fn begin(&mut self, message: Ticket, now: Instant, events: &mut dyn Observer) {
        self.carrying = true;
        self.state = match self.dialogue.is_ready() {
            true => State::Sending,
            false => State::Opening,
        };
        self.dialogue.begin(message, now, events);
    }

    /// No more messages will come: the slot ends its session and itself.
    pub(crate) fn no_more(&mut self, now: Instant) {
        self.state = self.quit(true, now);
    }

    /// The session was lost while the slot waited for a message. It takes none
    /// without a session: what was posted to it meanwhile is returned, to be
    /// given to another slot.
    #[must_use]
    pub(crate) fn session_lost(&mut self, posted: Option<Post>) -> Option<Ticket> {
        self.state = match posted {
            Some(Post::Quit) => State::Over,
            Some(Post::Message(_)) | None => self.between_messages(),
        };
        match posted {
            Some(Post::Message(message)) => Some(message),
            Some(Post::Quit) | None => None,
        }
    }

    /// The run is closing. A slot without a message waits for nothing any more,
    /// and gives up a session that is being set up.
    pub(crate) fn closing(&mut self, now: Instant, events: &mut dyn Observer) {
        match self.state {
            State::Opening | State::BackingOff(_) if !self.carrying => self.state = State::Over,
            State::Connecting if !self.carrying => {
                self.abort(now, events);
                self.state = State::Over;
            }
            State::Resting(_) => self.waited(now),
            _ => {}
        }
    }

    /// Aborts what is in progress; a message that it carries gets its outcome.
    pub(crate) fn abort(&mut self, now: Instant, events: &mut dyn Observer) {
        self.dialogue.failed(Failure::Cut.into(), now, events);
    }

    /// At which stage of the run a session is not needed any more.
    fn gives_up_at(&self) -> Option<Lifecycle> {
        (!self.carrying).then_some(Lifecycle::Closing)
    }

    fn session_tried(&mut self) -> SessionTried {
        SessionTried {
            ready: self.dialogue.was_ready(),
            first: !std::mem::replace(&mut self.tried, true),
            stop: stop_rules::after_set_up(self.dialogue.failure()),
        }
    }

    /// After a try to open a session ahead.
    fn after_set_up(&mut self, now: Instant) -> State {
        if self.dialogue.is_ready() {
            self.failures.reset();
            return State::Idle;
        }
        State::BackingOff(now + self.failures.next())
    }

    /// After a message has ended, or its session, which leaves it to the next.
    fn after_attempt(&mut self, now: Instant) -> State {
        if self.dialogue.holds_message() {
            return State::Opening;
        }
        self.carrying = false;
        self.carried += 1;
        if self.dialogue.mail_accepted() {
            self.turned_away.reset();
        } else if self.rules.closed {
            return State::Resting(now + self.rest_after_failure());
        }
        self.after_message(now)
    }

    /// In the closed model only this keeps a slot from hammering a server that
    /// refuses its sessions, or every MAIL on them.
    fn rest_after_failure(&mut self) -> Duration {
        let kept_back = self.dialogue.is_ready() && !self.dialogue.mail_sent();
        match kept_back {
            true => KEPT_BACK,
            false => self.turned_away.next(),
        }
    }

    fn after_message(&mut self, now: Instant) -> State {
        let full = self
            .session_limit()
            .is_some_and(|limit| self.carried >= limit);
        match full {
            true => self.quit(false, now),
            false => self.between_messages(),
        }
    }

    /// How many messages a session may carry: the scenario's limit, and at most
    /// the limit that the server declares (MAILMAX, RFC 9422).
    fn session_limit(&self) -> Option<u32> {
        let asked = self.rules.messages_per_session.map(NonZeroU32::get);
        let declared = self.dialogue.capabilities().limits.mail_max;
        asked.into_iter().chain(declared).min()
    }

    fn between_messages(&self) -> State {
        match self.rules.connect == Connect::Ahead && !self.dialogue.is_ready() {
            true => State::Opening,
            false => State::Idle,
        }
    }

    fn quit(&mut self, leaving: bool, now: Instant) -> State {
        if self.dialogue.is_ready() {
            self.dialogue.quit_within(self.quit_patience, now);
            return State::Quitting { leaving };
        }
        self.quit_patience = QUIT_TIMEOUT;
        self.without_session(leaving)
    }

    /// The wait for the reply to QUIT gets shorter with every QUIT that the
    /// server leaves unanswered: messages wait for the slot meanwhile.
    fn after_quit(&mut self, leaving: bool) -> State {
        self.quit_patience = match self.dialogue.failure() {
            Some(Outcome::Timeout) => self.quit_patience / 4,
            _ => QUIT_TIMEOUT,
        };
        self.without_session(leaving)
    }

    fn without_session(&self, leaving: bool) -> State {
        match leaving {
            true => State::Over,
            false => self.between_messages(),
        }
    }
}
