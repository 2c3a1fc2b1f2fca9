//! The state of a run, which its threads share. All of it is here.
//!
//! | state | written by | read by | who is woken |
//! |---|---|---|---|
//! | lifecycle | run controller | slots, workers | who waits for that stage |
//! | stop | slots, attempt handler, guards of threads, and outside of the engine: collector, watches | slots and pacer before each message, run controller | run controller |
//! | released | pacer; in the closed model the slots | run controller | |
//! | ended, last end | slots; run controller, of what is left over | run controller | run controller, while the run drains |
//! | open sessions | slots | run controller, at each tick | |
//! | tried, ready | slots, at their first session | run controller | run controller, by the last |
//! | ceiling | pacer; in the closed model its feed | run controller | run controller |
//! | draining | run controller | slots, at the end of each message | |
//! | threads that ended | guards of threads | run controller | run controller |
//! | closed feed | run controller: stopped; slots: messages handed out | slots, run controller | waiting slots; run controller, by the last message |
//!
//! The run controller waits for one [`Bell`]. Messages do not ring it, except
//! while the run drains: then the end of each costs a look at a flag more, and
//! the last one rings. The dispatcher, the retry queue and the mailboxes are not
//! state of the run: they have their own locks, in `feed` and
//! `attempt_handler`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::dispatch::Lifecycle;
use crate::sys::bell::Bell;
use crate::vocabulary::{Event, Instant, StopReason};

/// A request to stop, which any thread may make; the first reason counts.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    /// The reason's index in the table, from 1; 0: none.
    reason: AtomicU8,
    bell: Bell,
}

impl Stop {
    /// Requests a stop.
    pub(crate) fn request(&self, reason: StopReason) {
        let code = reason as u8 + 1;
        let first = self
            .reason
            .compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire);
        if first.is_ok() {
            self.bell.ring();
        }
    }

    /// Whether a stop was requested.
    pub(crate) fn is_stopped(&self) -> bool {
        self.reason.load(Ordering::Acquire) != 0
    }

    /// Why a stop was requested.
    pub(crate) fn reason(&self) -> Option<StopReason> {
        let code = usize::from(self.reason.load(Ordering::Acquire));
        StopReason::ALL.get(code.checked_sub(1)?).copied()
    }
}

/// The state of a run.
#[derive(Debug)]
pub(super) struct RunState {
    lifecycle: watch::Sender<Lifecycle>,
    stop: Arc<Stop>,
    counts: Counts,
    slots: u32,
    /// Slots that have tried to open their first session ahead.
    tried: AtomicU32,
    /// Those that were ready then.
    ready: AtomicU32,
    /// Whether the pacer has reached the ceiling.
    at_ceiling: AtomicBool,
    workers_ended: AtomicU32,
    pacer_ended: AtomicBool,
}

/// Messages and sessions so far, over all threads. On cache lines of their own:
/// every thread writes them once or twice a message, and reads its neighbours.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Counts {
    released: AtomicU64,
    ended: AtomicU64,
    sessions: AtomicU64,
    /// When the latest ended message ended, in nanoseconds since the origin.
    last_end: AtomicU64,
    /// Whether the run controller waits for messages to end.
    draining: AtomicBool,
}

/// What a thread of the run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Worker,
    Pacer,
    /// The retrier and the limiter thread: no decision waits for their end.
    Helper,
}

impl RunState {
    /// The state of a run with that many slots, before it begins.
    pub(super) fn new(stop: Arc<Stop>, slots: u32) -> Self {
        Self {
            lifecycle: watch::Sender::new(Lifecycle::Opening),
            stop,
            counts: Counts::default(),
            slots,
            tried: AtomicU32::new(0),
            ready: AtomicU32::new(0),
            at_ceiling: AtomicBool::new(false),
            workers_ended: AtomicU32::new(0),
            pacer_ended: AtomicBool::new(false),
        }
    }

    /// Advances to this stage of the lifecycle.
    pub(super) fn advance_to(&self, stage: Lifecycle) {
        self.lifecycle.send_replace(stage);
    }

    /// Waits until this stage or a later one is reached.
    pub(super) async fn wait_for(&self, stage: Lifecycle) {
        let mut lifecycle = self.lifecycle.subscribe();
        // It fails only without a sender, which is here.
        let _ = lifecycle.wait_for(|now| *now >= stage).await;
    }

    /// Whether this stage or a later one is reached.
    pub(super) fn has_reached(&self, stage: Lifecycle) -> bool {
        *self.lifecycle.borrow() >= stage
    }

    /// The request to stop.
    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Counts an event.
    pub(super) fn on_event(&self, at: Instant, event: &Event<'_>) {
        let counts = &self.counts;
        match event {
            Event::Scheduled { .. } => {
                counts.released.fetch_add(1, Ordering::AcqRel);
            }
            Event::Ended { .. } => {
                // Before the counter: a thread that sees the count also sees
                // the moment.
                counts.last_end.fetch_max(at.nanos(), Ordering::AcqRel);
                counts.ended.fetch_add(1, Ordering::SeqCst);
                if self.is_draining() && self.outstanding() == 0 {
                    self.ring();
                }
            }
            // All messages that are left may back off beyond the drain.
            Event::BackingOff { .. } if self.is_draining() => self.ring(),
            Event::SessionReady { .. } => {
                counts.sessions.fetch_add(1, Ordering::Relaxed);
            }
            Event::SessionEnded { ready: true, .. } => {
                counts.sessions.fetch_sub(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }

    /// Messages released so far.
    pub(super) fn released(&self) -> u64 {
        self.counts.released.load(Ordering::Acquire)
    }

    /// Messages that have not ended yet.
    pub(super) fn outstanding(&self) -> u64 {
        let ended = self.counts.ended.load(Ordering::SeqCst);
        self.released().saturating_sub(ended)
    }

    /// When the latest ended message ended; none before the first one.
    pub(super) fn last_end(&self) -> Option<Instant> {
        let nanos = self.counts.last_end.load(Ordering::Acquire);
        (nanos > 0).then(|| Instant::from_nanos(nanos))
    }

    /// Sessions that are ready or at work.
    pub(super) fn sessions(&self) -> u64 {
        self.counts.sessions.load(Ordering::Relaxed)
    }

    /// From now on, the end of the last message rings.
    pub(super) fn start_draining(&self) {
        // Sequentially consistent, and so are the counts above: either this
        // thread sees a message's end, or the message's thread sees the flag.
        self.counts.draining.store(true, Ordering::SeqCst);
    }

    /// A slot has tried to open its first session ahead; `ready` is the result.
    pub(super) fn session_tried(&self, ready: bool) {
        if ready {
            self.ready.fetch_add(1, Ordering::Relaxed);
        }
        if self.tried.fetch_add(1, Ordering::AcqRel) + 1 >= self.slots {
            self.ring();
        }
    }

    /// Whether every slot has tried to open a session.
    pub(super) fn all_have_tried(&self) -> bool {
        self.tried.load(Ordering::Acquire) >= self.slots
    }

    /// How many sessions were ready after the first try.
    pub(super) fn ready(&self) -> u32 {
        self.ready.load(Ordering::Relaxed)
    }

    /// A ceiling leaves no room for what the schedule releases next.
    pub(super) fn reach_ceiling(&self) {
        self.at_ceiling.store(true, Ordering::Release);
        self.ring();
    }

    /// Whether a ceiling left no room for a message of the schedule.
    pub(super) fn is_at_ceiling(&self) -> bool {
        self.at_ceiling.load(Ordering::Acquire)
    }

    /// A thread has ended, for whatever reason.
    pub(super) fn thread_ended(&self, role: Role) {
        match role {
            Role::Worker => {
                self.workers_ended.fetch_add(1, Ordering::AcqRel);
            }
            Role::Pacer => self.pacer_ended.store(true, Ordering::Release),
            Role::Helper => {}
        }
        self.ring();
    }

    /// How many workers have ended.
    pub(super) fn workers_ended(&self) -> usize {
        self.workers_ended.load(Ordering::Acquire) as usize
    }

    /// Whether the pacer has ended.
    pub(super) fn pacer_has_ended(&self) -> bool {
        self.pacer_ended.load(Ordering::Acquire)
    }

    /// The bell that the run controller waits for.
    pub(super) fn bell(&self) -> &Bell {
        &self.stop.bell
    }

    /// Something has changed that the run controller waits for.
    pub(super) fn ring(&self) {
        self.stop.bell.ring();
    }

    /// Waits for a change, at most for that long.
    pub(super) fn wait(&self, at_most: Duration) {
        self.stop.bell.wait(at_most);
    }

    fn is_draining(&self) -> bool {
        self.counts.draining.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::vocabulary::{Cause, Failure, Outcome, Ticket};

    #[test]
    fn the_first_reason_counts() {
        for &reason in StopReason::ALL {
            let stop = Stop::default();
            assert_eq!((stop.is_stopped(), stop.reason()), (false, None));
            stop.request(reason);
            stop.request(StopReason::Interrupted);
            assert_eq!((stop.is_stopped(), stop.reason()), (true, Some(reason)));
        }
    }

    fn ended() -> Event<'static> {
        Event::Ended {
            message: Ticket::new(0, Instant::ORIGIN),
            outcome: Outcome::Accepted,
            cause: Cause::local(None, Failure::NeverStarted),
        }
    }

    /// Longer than any test should take on any machine.
    const LONG: Duration = Duration::from_secs(600);

    /// Whenever the run controller begins to drain: it is woken by the last
    /// message, or sees that it has ended.
    #[test]
    fn the_end_of_the_last_message_is_not_missed() {
        for round in 0..200 {
            let state = RunState::new(Arc::default(), 1);
            let message = Ticket::new(0, Instant::ORIGIN);
            for _ in 0..round {
                state.on_event(Instant::ORIGIN, &Event::Scheduled { message });
            }
            thread::scope(|scope| {
                scope.spawn(|| (0..round).for_each(|_| state.on_event(Instant::ORIGIN, &ended())));
                state.start_draining();
                while state.outstanding() > 0 {
                    state.wait(LONG);
                }
            });
        }
    }

    #[test]
    fn messages_ring_only_while_the_run_drains() {
        let state = RunState::new(Arc::default(), 1);
        let message = Ticket::new(0, Instant::ORIGIN);
        state.on_event(Instant::ORIGIN, &Event::Scheduled { message });
        state.on_event(Instant::ORIGIN, &ended());
        assert!(!state.bell().has_rung());
        state.start_draining();
        state.on_event(Instant::ORIGIN, &Event::Scheduled { message });
        assert!(!state.bell().has_rung());
        state.on_event(Instant::ORIGIN, &ended());
        assert!(state.bell().has_rung());
    }
}
