//! A slot: holds one session after another and sends one message after another.

use std::mem;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::feed::Feed;
use super::lifecycle::{Lifecycle, LifecycleReceiver};
use super::load::Load;
use super::observer::EngineObserver;
use crate::dispatch::Connect;
use crate::net::{Driver, IdleEnd};
use crate::smtp::{Dialogue, Outgoing, QUIT_TIMEOUT};
use crate::vocabulary::{Event, Observer, Outcome, SlotId, StopReason, Ticket};

/// First wait before retrying a session that could not be opened ahead, while
/// no message waits for it: otherwise see `scout`.
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
/// The longest wait of this kind.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);

/// Wait after a message that exceeds the limits which the server declared.
/// Nothing was sent, so the server needs no rest; but a slot that gets one such
/// message after another must let the other slots of its thread run.
const KEPT_BACK: Duration = Duration::from_millis(1);

/// One slot.
pub(super) struct Slot {
    id: SlotId,
    shared: Arc<Shared>,
    driver: Driver<EngineObserver>,
    observer: EngineObserver,
    lifecycle: LifecycleReceiver,
    /// Messages sent on the open session.
    carried: u32,
    /// Messages by which the next session is closed earlier: those of the first one, if
    /// the load is staggered.
    head_start: u32,
    /// Consecutive sessions that could not be opened.
    failures: u32,
    /// Consecutive attempts that ended before MAIL was accepted.
    turned_away: u32,
    /// Whether it has tried to open its first session.
    tried: bool,
    /// How long to wait for the reply to the next QUIT.
    quit_patience: Duration,
}

/// How an idle wait of a slot ends.
enum Next {
    Message(Ticket),
    SessionLost,
    Over,
}

impl Slot {
    pub(super) fn new(
        id: SlotId,
        shared: Arc<Shared>,
        observer: EngineObserver,
        lifecycle: LifecycleReceiver,
    ) -> Self {
        let outgoing = Outgoing::new(Arc::from([]));
        let dialogue = Dialogue::new(shared.run.config.clone(), id, outgoing);
        let driver = Driver::new(
            dialogue,
            shared.run.connector.clone(),
            shared.run.clock,
            observer.clone(),
        );
        Self {
            id,
            head_start: head_start(&shared.run.load, id),
            shared,
            driver,
            observer,
            lifecycle,
            carried: 0,
            failures: 0,
            turned_away: 0,
            tried: false,
            quit_patience: QUIT_TIMEOUT,
        }
    }

    /// Sends messages until no more will come.
    pub(super) async fn run(&mut self) {
        loop {
            if self.opens_ahead() && !self.open_ahead().await {
                return;
            }
            match self.next().await {
                // The run controller has not seen the stop yet: no more
                // messages are started.
                Next::Message(ticket) if self.shared.run.stop.is_stopped() => {
                    self.put_down(ticket);
                    if self.makes_its_own() {
                        return self.quit().await;
                    }
                }
                Next::Message(ticket) => self.carry(ticket).await,
                Next::SessionLost => {}
                Next::Over => return self.quit().await,
            }
        }
    }

    fn opens_ahead(&self) -> bool {
        self.shared.run.load.connect == Connect::Ahead && !self.driver.is_ready()
    }

    /// Opens a session outside of any message's latency, with as many tries as
    /// it takes; false if the run ends first.
    async fn open_ahead(&mut self) -> bool {
        loop {
            let mut lifecycle = self.lifecycle.clone();
            tokio::select! {
                biased;
                () = lifecycle.wait_for(Lifecycle::Closing) => {}
                () = self.connect() => {}
            }
            if !std::mem::replace(&mut self.tried, true) {
                self.shared.opening.tried(self.driver.is_ready());
            }
            if self.driver.is_ready() {
                self.failures = 0;
                return true;
            }
            let back_off = self.back_off(self.failures);
            self.failures += 1;
            let shared = &self.shared;
            tokio::select! {
                () = lifecycle.wait_for(Lifecycle::Closing) => return false,
                () = tokio::time::sleep(back_off) => {}
                () = shared.scout.turn(|| shared.wants_sessions()) => {}
            }
        }
    }

    async fn connect(&mut self) {
        let ahead_of_clock = !self.lifecycle.has_reached(Lifecycle::Running);
        self.shared.session_limiter.turn(ahead_of_clock).await;
        self.carried = mem::take(&mut self.head_start);
        self.driver.open().await;
        self.shared.scout.tried(self.driver.dialogue().was_ready());
        if self.driver.failure() == Some(Outcome::Auth) {
            self.shared.run.stop.request(StopReason::CredentialsRefused);
        }
    }

    /// In the closed model only this keeps a slot from hammering a server that
    /// refuses its sessions, or every MAIL on them. A slot whose session has
    /// had its number of messages does not wait.
    async fn rest_after_failure(&mut self) {
        if self.driver.dialogue().mail_accepted() {
            self.turned_away = 0;
        } else if self.makes_its_own() {
            let kept_back = self.driver.is_ready() && !self.driver.dialogue().mail_sent();
            let back_off = match kept_back {
                true => KEPT_BACK,
                false => {
                    self.turned_away += 1;
                    self.back_off(self.turned_away - 1)
                }
            };
            let mut lifecycle = self.lifecycle.clone();
            tokio::select! {
                () = lifecycle.wait_for(Lifecycle::Closing) => {}
                () = tokio::time::sleep(back_off) => {}
            }
        }
    }

    /// The back-off doubles with each failure, and is randomized over the
    /// slots.
    fn back_off(&self, failures: u32) -> Duration {
        let doubled = FIRST_BACK_OFF * 2_u32.saturating_pow(failures.min(10));
        let spread = 1.0 + f64::from(self.id.0 % 16) / 16.0;
        doubled.min(LONGEST_BACK_OFF).mul_f64(spread)
    }

    async fn next(&mut self) -> Next {
        let shared = self.shared.clone();
        let mut lifecycle = self.lifecycle.clone();
        let id = self.id;
        let given = async {
            match &shared.feed {
                Feed::Open(feed) => feed.next(id).await,
                Feed::Closed(feed) => {
                    lifecycle.wait_for(Lifecycle::Running).await;
                    feed.next(&shared.attempt_handler).await
                }
            }
        };
        let rested = match self.driver.is_ready() {
            true => self.driver.idle_until(given).await,
            false => IdleEnd::Message(given.await),
        };
        match rested {
            IdleEnd::Message(Some(ticket)) => Next::Message(ticket),
            IdleEnd::Message(None) => Next::Over,
            IdleEnd::SessionLost => self.step_back(),
        }
    }

    /// The session was lost while the slot waited for a message.
    fn step_back(&self) -> Next {
        match &self.shared.feed {
            Feed::Open(feed) if !feed.withdraw(self.id) => Next::Over,
            _ => Next::SessionLost,
        }
    }

    async fn carry(&mut self, mut ticket: Ticket) {
        if ticket.attempt == 1 {
            ticket.started = self.shared.run.clock.now();
            self.tell_start(ticket);
        }
        let open = self.driver.is_ready();
        let shared = self.shared.clone();
        self.driver.begin(ticket, |outgoing| {
            shared.run.messages.write(ticket, outgoing);
        });
        match open {
            true => self.driver.advance().await,
            false => self.connect().await,
        }
        while self.driver.holds_message() {
            self.connect().await;
        }
        self.rest_after_failure().await;
        self.carried += 1;
        if self
            .session_limit()
            .is_some_and(|limit| self.carried >= limit)
        {
            self.quit().await;
        }
    }

    /// Ends the session. The wait for the reply to QUIT gets shorter with every
    /// QUIT that the server leaves unanswered: messages wait for the slot
    /// meanwhile.
    async fn quit(&mut self) {
        self.quit_patience = match self.driver.quit_within(self.quit_patience).await {
            true => QUIT_TIMEOUT,
            false => self.quit_patience / 4,
        };
    }

    /// How many messages a session may carry: the scenario's limit, and at most
    /// the limit that the server declares (MAILMAX, RFC 9422).
    fn session_limit(&self) -> Option<u32> {
        let asked = self.shared.run.load.messages_per_session;
        let declared = self.driver.dialogue().capabilities().limits.mail_max;
        asked.map(NonZeroU32::get).into_iter().chain(declared).min()
    }

    /// Discards a message because the run ended before it was started. One that
    /// the closed model just created was never scheduled, and needs no outcome.
    fn put_down(&mut self, ticket: Ticket) {
        if !self.makes_its_own() || ticket.attempt > 1 {
            let now = self.shared.run.clock.now();
            self.observer.left_over(ticket, now);
        }
    }

    /// Whether this is the closed model.
    fn makes_its_own(&self) -> bool {
        matches!(self.shared.feed, Feed::Closed(_))
    }

    fn tell_start(&mut self, message: Ticket) {
        let (slot, now) = (self.id, message.started);
        if self.makes_its_own() {
            self.observer.on_event(now, &Event::Scheduled { message });
        }
        self.observer
            .on_event(now, &Event::Started { slot, message });
    }
}

/// The messages that the first session of a slot carries less than the others: evenly
/// spread over the slots of a staggered load.
fn head_start(load: &Load, slot: SlotId) -> u32 {
    let Some(limit) = load.messages_per_session.filter(|_| load.staggered) else {
        return 0;
    };
    let (slot, slots) = (u64::from(slot.0), u64::from(load.sessions.get()));
    (slot % slots * u64::from(limit.get()) / slots) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    #[test]
    fn the_first_sessions_of_a_staggered_load_end_one_after_the_other() {
        let mut load = plan(&["load.sessions=4", "load.messages_per_session=10"]).load;
        let spread = |load: &Load| [0, 1, 2, 3].map(|slot| head_start(load, SlotId(slot)));
        assert_eq!(spread(&load), [0; 4]);
        load.staggered = true;
        assert_eq!(spread(&load), [0, 2, 5, 7]);
        load.messages_per_session = None;
        assert_eq!(spread(&load), [0; 4]);
    }

    /// Memory of a slot is multiplied by the number of sessions, so futures
    /// that run once a session (connecting, the handshake) are not part of it.
    #[test]
    fn futures_that_run_once_a_session_take_no_memory_in_a_slot() {
        fn of_task<F>(_: impl FnOnce(Slot) -> F) -> usize {
            size_of::<F>()
        }
        let task = of_task(|mut slot| async move { slot.run().await });
        let slot = size_of::<Slot>();
        assert!(task < 2 * slot, "{task} bytes for a slot of {slot}");
    }
}
