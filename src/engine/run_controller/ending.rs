//! The end of a run: of its schedule, its window, its messages and its sessions.
//! [`Remainder`] decides what is waited for.

use super::RunController;
use crate::dispatch::{Drain, Lifecycle, QUIT_GRACE, Remainder};
use crate::engine::feed::Feed;
use crate::vocabulary::{Instant, SlotId};

impl RunController {
    /// The schedule is over, or the run was stopped.
    pub(super) fn end_schedule(&mut self) {
        let stopped = self.shared.state.stop().is_stopped();
        let early = stopped || self.shared.is_at_ceiling() || self.duration().is_none();
        if early && (stopped || !self.ends_with_its_messages()) {
            self.timeline.schedule_ends(self.now());
        }
        if let Feed::Closed(feed) = &self.shared.feed {
            feed.stop();
        }
        self.threads.join_pacer();
    }

    /// Whether the window ends when the last message has ended. In the closed
    /// model, the moment at which the last message is handed out says nothing
    /// about the target's speed.
    pub(super) fn ends_with_its_messages(&self) -> bool {
        let exhausted = self.duration().is_none() || self.shared.is_at_ceiling();
        exhausted && matches!(self.shared.feed, Feed::Closed(_))
    }

    /// Closes a window that ends with its messages. If messages were aborted or
    /// the run was stopped, it lasts until now.
    pub(super) fn end_window(&self) {
        if !self.ends_with_its_messages() {
            return;
        }
        let whole = !self.shared.state.stop().is_stopped() && !self.is_under_way();
        let last = self.shared.state.last_end().filter(|_| whole);
        let end = last.unwrap_or_else(|| self.now());
        self.timeline.schedule_ends(end);
    }

    /// Whether a message has not ended yet, or a slot holds one that is not
    /// counted as released yet.
    fn is_under_way(&self) -> bool {
        self.is_in_hand() || self.shared.state.outstanding() > 0
    }

    /// Whether a slot may hold a message that is not counted as released yet.
    fn is_in_hand(&self) -> bool {
        match &self.shared.feed {
            // After a stop, a slot may discard a message that it was given.
            Feed::Closed(feed) if !self.shared.state.stop().is_stopped() => {
                feed.messages().given() > self.shared.state.released()
            }
            _ => false,
        }
    }

    /// Lets messages in progress finish; false if that took too long.
    pub(super) fn drain(&mut self) -> bool {
        let deadline = self.now() + self.shared.run.load.drain;
        self.shared.state.start_draining();
        loop {
            match self.remainder(deadline).drain(self.now()) {
                Drain::Over => return true,
                Drain::EndWaiting if self.end_waiting() => {}
                Drain::Wait | Drain::EndWaiting => self.wait_until(deadline),
                Drain::Cut => {
                    self.end_waiting();
                    return !self.is_under_way();
                }
            }
        }
    }

    fn remainder(&self, deadline: Instant) -> Remainder {
        let stopped = self.is_stopped();
        Remainder {
            // Before the count: a message that is taken up in between is counted.
            in_hand: self.is_in_hand(),
            outstanding: self.shared.state.outstanding(),
            backing_off: self.shared.attempt_handler.backing_off(),
            stopped: stopped.then(|| self.shared.state.stop().reason()).flatten(),
            hurried: self.interrupts.count() > 1,
            deadline,
        }
    }

    /// Makes the slots end their sessions by QUIT, or aborts them. Returns the
    /// threads that ended too early.
    pub(super) fn close(&mut self, cut: bool) -> Vec<String> {
        self.shared.close();
        self.shared.state.advance_to(Lifecycle::Closing);
        let deadline = self.now() + QUIT_GRACE;
        while !cut && !self.threads.workers_are_done() && self.now() < deadline {
            if self.interrupts.count() > 1 {
                break;
            }
            self.wait_until(deadline);
        }
        let lost = self.threads.end();
        self.end_waiting();
        self.end_left_behind();
        lost
    }

    /// Ends messages that were posted to slots of a worker that has ended.
    fn end_left_behind(&mut self) {
        let Feed::Open(feed) = &self.shared.feed else {
            return;
        };
        let slots = (0..self.shared.run.load.sessions.get()).map(SlotId);
        for ticket in slots.filter_map(|slot| feed.left_in(slot)) {
            let now = self.now();
            self.observer.left_over(ticket, now);
        }
    }

    /// Ends all messages that wait: they are not started any more, and there
    /// are no more retries. False if none waited.
    fn end_waiting(&mut self) -> bool {
        let mut left_over = self.shared.attempt_handler.close();
        let mut ended = false;
        loop {
            if let Feed::Open(feed) = &self.shared.feed {
                left_over.extend(feed.take_waiting());
            }
            if left_over.is_empty() {
                return ended;
            }
            ended = true;
            for ticket in left_over.drain(..) {
                let now = self.now();
                self.observer.left_over(ticket, now);
            }
        }
    }
}
