//! A slot on sockets: carries out what [`dispatch::Slot`] decides.
//!
//! One flat loop. Whatever waits once a session is boxed, so that it takes no
//! space in every slot all the time.

use std::sync::Arc;

use super::Shared;
use super::feed::{Feed, pause_until};
use super::observer::EngineObserver;
use crate::dispatch::{self, Lifecycle, Post, SessionTried, SlotRules, SlotStep, Taken};
use crate::net::{Driver, IdleEnd};
use crate::smtp::Outgoing;
use crate::vocabulary::{Instant, SlotId, Ticket};

/// One slot. Dropped at any point, it ends the message that it holds.
pub(super) struct Slot {
    slot: dispatch::Slot,
    driver: Driver,
    shared: Arc<Shared>,
    observer: EngineObserver,
}

impl Slot {
    pub(super) fn new(id: SlotId, shared: Arc<Shared>, observer: EngineObserver) -> Self {
        let run = &shared.run;
        let rules = SlotRules {
            connect: run.load.connect,
            closed: matches!(shared.feed, Feed::Closed(_)),
            messages_per_session: run.load.messages_per_session,
            head_start: run.load.head_start(id),
        };
        let outgoing = Outgoing::new(Arc::from([]));
        Self {
            slot: dispatch::Slot::new(id, rules, run.config.clone(), outgoing),
            driver: Driver::new(run.connector.clone(), run.clock),
            shared,
            observer,
        }
    }

    /// Sends messages until no more will come.
    pub(super) async fn run(&mut self) {
        loop {
            match self.slot.step() {
                SlotStep::Advance { until: None } => {
                    let dialogue = self.slot.dialogue();
                    self.driver.advance(dialogue, &mut self.observer).await;
                    self.advanced();
                }
                SlotStep::Advance { until: Some(stage) } => {
                    Box::pin(self.advance_until(stage)).await;
                }
                SlotStep::AskForMessage => {
                    let given = self.shared.next_message(self.slot.id());
                    let dialogue = self.slot.dialogue();
                    let idle = self.driver.idle_until(dialogue, &mut self.observer, given);
                    match idle.await {
                        IdleEnd::Message(Some(ticket)) => self.take(ticket),
                        IdleEnd::Message(None) => self.slot.no_more(self.now()),
                        IdleEnd::SessionLost => self.on_session_lost(),
                    }
                }
                SlotStep::WaitForTurn { until } => match self.turn(until) {
                    Some(turn) if turn > self.now() => {
                        Box::pin(self.wait_for_turn(turn, until)).await;
                    }
                    Some(_) => self.slot.turn(self.now(), &mut self.observer),
                    None => self.closing(),
                },
                SlotStep::WaitUntil { moment, scouting } => {
                    Box::pin(self.wait_until(moment, scouting)).await;
                }
                SlotStep::Done => return,
            }
        }
    }

    /// Opens a session that no message waits for, unless the run gets as far as
    /// `stage` first.
    async fn advance_until(&mut self, stage: Lifecycle) {
        let dialogue = self.slot.dialogue();
        let is_given_up = tokio::select! {
            biased;
            () = self.shared.state.wait_for(stage) => true,
            () = self.driver.advance(dialogue, &mut self.observer) => false,
        };
        match is_given_up {
            true => self.closing(),
            false => self.advanced(),
        }
    }

    /// When the next session may be opened; none if the run is as far as `until`.
    fn turn(&self, until: Option<Lifecycle>) -> Option<Instant> {
        let is_over = until.is_some_and(|stage| self.shared.state.has_reached(stage));
        let clock_runs = self.shared.state.has_reached(Lifecycle::Running);
        (!is_over).then(|| self.shared.session_turn(clock_runs))
    }

    async fn wait_for_turn(&mut self, turn: Instant, until: Option<Lifecycle>) {
        let is_given_up = tokio::select! {
            biased;
            () = self.shared.state.wait_for(until.unwrap_or(Lifecycle::Aborting)) => true,
            () = pause_until(turn, self.shared.run.clock) => false,
        };
        match is_given_up {
            true => self.closing(),
            false => self.slot.turn(self.now(), &mut self.observer),
        }
    }

    async fn wait_until(&mut self, moment: Instant, scouting: bool) {
        let shared = &self.shared;
        let is_given_up = tokio::select! {
            biased;
            () = shared.state.wait_for(Lifecycle::Closing) => true,
            () = pause_until(moment, shared.run.clock) => false,
            () = shared.scout.turn(|| shared.wants_sessions()), if scouting => false,
        };
        match is_given_up {
            true => self.closing(),
            false => self.slot.waited(self.now()),
        }
    }

    fn advanced(&mut self) {
        if let Some(tried) = self.slot.advanced(self.now()) {
            self.on_session_tried(tried);
        }
    }

    fn on_session_tried(&self, tried: SessionTried) {
        self.shared.scout.tried(tried.ready);
        if tried.first {
            self.shared.state.session_tried(tried.ready);
        }
        if let Some(reason) = tried.stop {
            self.shared.state.stop().request(reason);
        }
    }

    fn take(&mut self, ticket: Ticket) {
        let (now, stopped) = (self.now(), self.shared.state.stop().is_stopped());
        match self.slot.take(ticket, stopped, now, &mut self.observer) {
            Taken::Send(ticket) => {
                self.shared.run.messages.write(ticket, self.slot.outgoing());
                // Read after the message is written, so that writing it is not
                // part of any phase.
                let now = self.now();
                self.slot.begin(ticket, now, &mut self.observer);
            }
            Taken::LeftOver(ticket) => self.observer.left_over(ticket, now),
            Taken::Dropped => {}
        }
    }

    fn on_session_lost(&mut self) {
        let posted: Option<Post> = match &self.shared.feed {
            Feed::Open(feed) => feed.withdraw(self.slot.id()),
            Feed::Closed(_) => None,
        };
        let unsent = self.slot.session_lost(posted);
        if let (Some(ticket), Feed::Open(feed)) = (unsent, &self.shared.feed) {
            feed.give_back(ticket);
        }
    }

    fn closing(&mut self) {
        let now = self.now();
        self.slot.closing(now, &mut self.observer);
    }

    fn now(&self) -> Instant {
        self.shared.run.clock.now()
    }
}

impl Drop for Slot {
    /// Aborted: what was in progress still gets its outcome.
    fn drop(&mut self) {
        let now = self.now();
        self.slot.abort(now, &mut self.observer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
