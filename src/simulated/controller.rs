//! Starts and ends a simulated run: the engine's run controller in the simulated
//! world. How a run ends is decided by `dispatch`.

use super::world::{Due, World};
use crate::dispatch::{Drain, Lifecycle, Post, QUIT_GRACE, Remainder};
use crate::vocabulary::StopReason;

impl World {
    /// The clock starts.
    pub(super) fn start(&mut self) {
        if self.lifecycle != Lifecycle::Opening {
            return;
        }
        self.timeline.begin(self.now);
        if let Some(duration) = self.scene.duration {
            let end = self.now + duration;
            self.timeline.schedule_ends(end);
            self.at(end, Due::Control);
        }
        self.lifecycle = Lifecycle::Running;
        match self.closed {
            None => self.release_next(),
            Some(_) => self.advance_all(),
        }
        self.control();
    }

    /// The user asks for the end of the run: once for a drain, twice to abort it.
    pub(super) fn interrupt(&mut self, times: u32) {
        self.interrupts += times;
        self.observer.stop(StopReason::Interrupted);
        if self.interrupts > 1 && self.lifecycle == Lifecycle::Closing {
            self.abort();
        }
        self.control();
    }

    /// Looks at the state of the run, after each change.
    pub(super) fn control(&mut self) {
        let stopped = self.has_noticed_stop();
        if stopped && self.lifecycle == Lifecycle::Opening {
            self.close();
        }
        if self.lifecycle == Lifecycle::Running
            && self.drains_until.is_none()
            && (stopped || self.schedule_is_over())
        {
            if let Some(feed) = &self.closed {
                feed.stop();
            }
            let deadline = self.now + self.scene.drain;
            self.drains_until = Some(deadline);
            self.at(deadline, Due::Control);
        }
        while self.lifecycle == Lifecycle::Running
            && let Some(remainder) = self.remainder()
        {
            match remainder.drain(self.now) {
                Drain::Over => self.close(),
                Drain::EndWaiting if self.end_waiting() => {}
                Drain::Wait | Drain::EndWaiting => return,
                Drain::Cut => {
                    self.end_waiting();
                    self.abort();
                }
            }
        }
    }

    /// Whether the run was stopped long enough ago for the controller to know.
    fn has_noticed_stop(&mut self) -> bool {
        if self.observer.stopped.is_none() {
            return false;
        }
        let (now, notices) = (self.now, self.now + self.scene.hand_over);
        let at = *self.notices_stop.get_or_insert(notices);
        if at > now && at == notices {
            self.at(at, Due::Control);
        }
        at <= now
    }

    fn schedule_is_over(&self) -> bool {
        match (&self.closed, self.scene.duration) {
            (Some(feed), _) if feed.is_at_ceiling() => true,
            (_, Some(_)) => self.now >= self.timeline.schedule_end(),
            (Some(feed), None) => feed.is_exhausted(),
            (None, None) => self.observer.log.scheduled >= self.messages,
        }
    }

    /// What remains of a run whose schedule is over.
    fn remainder(&self) -> Option<Remainder> {
        let (log, retries) = (&self.observer.log, &self.observer.retries);
        let due = retries.next_due();
        let noticed = self.notices_stop.is_some_and(|at| at <= self.now);
        Some(Remainder {
            deadline: self.drains_until?,
            outstanding: log.scheduled - log.ended.len() as u64,
            in_hand: false,
            backing_off: due.map(|due| (due, retries.backing_off())),
            stopped: self.observer.stopped.filter(|_| noticed),
            hurried: self.interrupts > 1,
        })
    }

    /// Ends all messages that wait for a slot or a retry; false if none does.
    fn end_waiting(&mut self) -> bool {
        let mut waiting = self.observer.retries.close();
        waiting.extend(self.dispatcher.take_waiting());
        for ticket in &waiting {
            self.observer.left_over(*ticket, self.now);
        }
        !waiting.is_empty()
    }

    /// Every message has ended: sessions end by QUIT.
    fn close(&mut self) {
        self.lifecycle = Lifecycle::Closing;
        self.at(self.now + QUIT_GRACE, Due::Abort);
        if let Some(feed) = &self.closed {
            feed.stop();
        }
        for slot in self.dispatcher.close() {
            self.clients[slot.0 as usize].mail = Some((self.now, Post::Quit));
        }
        self.advance_all();
        if self.interrupts > 1 {
            self.abort();
        }
    }

    /// Ends what is still in progress.
    pub(super) fn abort(&mut self) {
        if self.lifecycle == Lifecycle::Aborting {
            return;
        }
        self.lifecycle = Lifecycle::Aborting;
        self.observer.retries.close();
        for slot in 0..self.clients.len() {
            let client = &mut self.clients[slot];
            client.slot.abort(self.now, &mut self.observer);
            if let Some((_, Post::Message(ticket))) = client.mail.take() {
                self.observer.left_over(ticket, self.now);
            }
            self.hang_up(slot);
        }
        self.end_waiting();
    }

    pub(super) fn advance_all(&mut self) {
        for slot in 0..self.clients.len() {
            self.advance(slot);
        }
    }
}
