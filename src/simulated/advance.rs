//! Carries out the steps of a slot: the engine's `Slot` in the simulated world.

use super::link::Unit;
use super::world::{Due, World};
use crate::dispatch::{Dispatch, Lifecycle, Limiter, Post, Prospect, SlotStep, Taken};
use crate::smtp::Step;
use crate::vocabulary::{Failure, Instant, SlotId, Ticket};

impl World {
    /// Takes all steps that are possible now.
    pub(super) fn advance(&mut self, slot: usize) {
        if self.lifecycle == Lifecycle::Aborting {
            return;
        }
        while self.step(slot) {}
        let deadline = self.clients[slot].slot.dialogue().deadline();
        self.wake_at(slot, deadline);
        self.look_ahead();
        self.control();
    }

    /// Posts a message to a waiting slot.
    pub(super) fn give(&mut self, SlotId(slot): SlotId, ticket: Ticket) {
        self.post(slot as usize, Post::Message(ticket));
    }

    pub(super) fn post(&mut self, slot: usize, post: Post) {
        let at = self.now + self.scene.hand_over;
        self.clients[slot].mail = Some((at, post));
        match at > self.now {
            true => self.wake_at(slot, at),
            false => self.advance(slot),
        }
    }

    /// A time-out or a wait of a slot may be over.
    pub(super) fn wake(&mut self, slot: usize) {
        let client = &mut self.clients[slot];
        client.alarm = client.alarm.filter(|at| *at > self.now);
        if client.slot.dialogue().deadline() <= self.now {
            let failure = Failure::TimedOut.into();
            let dialogue = client.slot.dialogue();
            dialogue.failed(failure, self.now, &mut self.observer);
        }
        self.advance(slot);
    }

    /// Takes one step; false if the slot can only wait.
    fn step(&mut self, slot: usize) -> bool {
        match self.clients[slot].slot.step() {
            SlotStep::WaitForTurn { until } if self.has_reached(until) => self.give_up(slot),
            SlotStep::Advance { until } if self.has_reached(until) => self.give_up(slot),
            SlotStep::WaitForTurn { .. } => self.wait_for_turn(slot),
            SlotStep::Advance { .. } => self.drive(slot),
            SlotStep::WaitUntil { moment, scouting } => self.wait_until(slot, moment, scouting),
            SlotStep::AskForMessage => self.ask(slot),
            SlotStep::Done => false,
        }
    }

    fn has_reached(&self, stage: Option<Lifecycle>) -> bool {
        stage.is_some_and(|stage| self.lifecycle >= stage)
    }

    fn give_up(&mut self, slot: usize) -> bool {
        self.scouts.retain(|scout| *scout != slot);
        self.closing(slot);
        self.hang_up(slot);
        true
    }

    fn closing(&mut self, slot: usize) {
        let slot = &mut self.clients[slot].slot;
        let before = slot.step();
        slot.closing(self.now, &mut self.observer);
        assert_ne!(slot.step(), before, "it is not given up");
    }

    fn wait_for_turn(&mut self, slot: usize) -> bool {
        let turn = self.clients[slot].turn.unwrap_or_else(|| {
            let clock_runs = self.lifecycle >= Lifecycle::Running;
            self.session_limiter.take_turn(self.now, clock_runs)
        });
        let client = &mut self.clients[slot];
        if turn > self.now {
            client.turn = Some(turn);
            self.wake_at(slot, turn);
            return false;
        }
        client.turn = None;
        client.slot.turn(self.now, &mut self.observer);
        true
    }

    fn wait_until(&mut self, slot: usize, moment: Instant, scouting: bool) -> bool {
        if self.lifecycle >= Lifecycle::Closing {
            // The session stays open meanwhile.
            self.scouts.retain(|scout| *scout != slot);
            self.closing(slot);
            return true;
        }
        if self.now >= moment {
            self.scouts.retain(|scout| *scout != slot);
            self.clients[slot].slot.waited(self.now);
            return true;
        }
        self.wake_at(slot, moment);
        if scouting && !self.scouts.contains(&slot) {
            self.scouts.push_back(slot);
            self.send_scout();
        }
        false
    }

    /// Sends the first slot in back-off ahead, if it is time.
    pub(super) fn send_scout(&mut self) {
        if self.scouts.is_empty() || self.next_scout.is_some() {
            return;
        }
        let is_needed = match &self.closed {
            None => self.dispatcher.wants_slots(),
            Some(feed) => {
                let retry = self.observer.retries.next_due();
                retry.is_some_and(|due| due <= self.now) || feed.has_more(self.now)
            }
        };
        match self.scout.turn(self.now, || is_needed) {
            Err(later) => {
                self.next_scout = Some(later);
                self.at(later, Due::Scout);
            }
            Ok(()) => {
                if let Some(slot) = self.scouts.pop_front() {
                    self.clients[slot].slot.waited(self.now);
                    self.advance(slot);
                }
            }
        }
    }

    /// Takes a step of the dialogue, as `net`'s driver does.
    fn drive(&mut self, slot: usize) -> bool {
        let client = &mut self.clients[slot];
        match client.slot.dialogue().next() {
            Step::Connect => {
                if client.connection.is_none() {
                    self.dial(slot);
                }
                false
            }
            Step::Secure if !client.securing => {
                client.securing = true;
                self.say_of(slot, Unit::Flight(1));
                true
            }
            Step::Send { head, body, .. } => {
                let bytes = [head, body].concat();
                self.send(slot, bytes)
            }
            Step::Secure | Step::Receive => self.listen(slot),
            Step::Ready => self.advanced(slot),
            Step::Close => {
                self.hang_up(slot);
                self.advanced(slot)
            }
        }
    }

    fn advanced(&mut self, slot: usize) -> bool {
        if let Some(tried) = self.clients[slot].slot.advanced(self.now) {
            self.scout.tried(tried.ready);
            if let Some(reason) = tried.stop {
                self.observer.stop(reason);
            }
        }
        true
    }

    fn ask(&mut self, slot: usize) -> bool {
        let client = &mut self.clients[slot];
        if let Some((_, post)) = client.mail.take_if(|(at, _)| *at <= self.now) {
            client.waiting = false;
            return match post {
                Post::Message(ticket) => self.take(slot, ticket),
                Post::Quit => self.no_more(slot),
            };
        }
        if client.waiting {
            return self.listen_while_idle(slot);
        }
        match &self.closed {
            None => self.ask_dispatcher(slot),
            Some(_) => self.ask_closed_feed(slot),
        }
    }

    fn ask_dispatcher(&mut self, slot: usize) -> bool {
        match self.dispatcher.freed(SlotId(slot as u32), self.now) {
            Dispatch::Take(ticket) => self.take(slot, ticket),
            Dispatch::Quit => self.no_more(slot),
            Dispatch::Wait => {
                self.clients[slot].waiting = true;
                true
            }
        }
    }

    fn ask_closed_feed(&mut self, slot: usize) -> bool {
        let Some(feed) = &self.closed else {
            return false;
        };
        let retries = &mut self.observer.retries;
        let (now, retry) = (self.now, retries.next_due());
        match feed.prospect(now, retry, || retries.has_room()) {
            Prospect::Never => return self.no_more(slot),
            Prospect::Later(moment) => self.wake_at(slot, moment),
            Prospect::Now => {
                let limiter = self.closed_limiter.as_mut();
                if let Some(opens) = limiter.and_then(|limiter| held_until(limiter, now)) {
                    self.wake_at(slot, opens);
                    return self.listen_while_idle(slot);
                }
                let retry = retries.take_due(now);
                let ticket = retry.or_else(|| feed.fresh(now, || retries.draw()));
                return ticket.is_none_or(|ticket| self.take(slot, ticket));
            }
        }
        self.listen_while_idle(slot)
    }

    fn take(&mut self, slot: usize, message: Ticket) -> bool {
        let stopped = self.observer.stopped.is_some();
        let slot = &mut self.clients[slot].slot;
        match slot.take(message, stopped, self.now, &mut self.observer) {
            Taken::Dropped => {
                let step = slot.step();
                assert_ne!(step, SlotStep::AskForMessage, "the feed would go on");
            }
            Taken::LeftOver(message) => self.observer.left_over(message, self.now),
            Taken::Send(message) => {
                let outgoing = slot.outgoing();
                outgoing.start(self.scene.from);
                for number in 0..self.scene.recipients {
                    outgoing.recipient(&format!("recipient{number}@example.com"));
                }
                outgoing.head().extend_from_slice(b"Subject: test\r\n\r\n");
                slot.begin(message, self.now, &mut self.observer);
            }
        }
        true
    }

    fn no_more(&mut self, slot: usize) -> bool {
        self.clients[slot].slot.no_more(self.now);
        true
    }

    /// Reads what the server sends between messages.
    fn listen_while_idle(&mut self, slot: usize) -> bool {
        if !self.clients[slot].slot.dialogue().is_ready() || !self.listen(slot) {
            return false;
        }
        if !self.clients[slot].slot.dialogue().is_ready() {
            self.hang_up(slot);
            let posted = self.withdraw(slot);
            let unsent = self.clients[slot].slot.session_lost(posted);
            let given = unsent.and_then(|ticket| self.dispatcher.give_back(ticket, self.now));
            if let Some((other, ticket)) = given {
                self.give(other, ticket);
            }
        }
        true
    }

    /// The slot waits for no message any more: returns what was posted to it.
    fn withdraw(&mut self, slot: usize) -> Option<Post> {
        let client = &mut self.clients[slot];
        if !std::mem::take(&mut client.waiting) || self.dispatcher.withdraw(SlotId(slot as u32)) {
            return None;
        }
        client.mail.take().map(|(_, post)| post)
    }

    /// Wakes the slot at that moment, unless it is woken before.
    fn wake_at(&mut self, slot: usize, at: Instant) {
        let alarm = &mut self.clients[slot].alarm;
        if at != Instant::NEVER && alarm.is_none_or(|alarm| alarm > at) {
            *alarm = Some(at);
            self.at(at, Due::Client(slot));
        }
    }

    pub(super) fn hang_up(&mut self, slot: usize) {
        let client = &mut self.clients[slot];
        client.securing = false;
        if let Some(number) = client.connection.take() {
            self.say(number, Unit::End);
        }
    }
}

/// Until when the limiter holds an attempt; none if it may start.
fn held_until(limiter: &mut Limiter, now: Instant) -> Option<Instant> {
    (!limiter.pass(now)).then(|| limiter.opens())
}
