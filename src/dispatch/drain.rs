//! How a run ends once its schedule is over: messages in progress may finish,
//! messages that wait in vain end at once, and what takes too long is aborted.
//!
//! Pure. The run controller asks after each change, and carries it out.

use std::time::Duration;

use crate::vocabulary::{Instant, StopReason};

/// How long sessions may take to end by QUIT once all messages have ended.
pub(crate) const QUIT_GRACE: Duration = Duration::from_secs(5);

/// What remains of a run whose schedule is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remainder {
    /// Messages that were scheduled and have not ended.
    pub outstanding: u64,
    /// Whether a slot holds a message that is not counted as scheduled yet.
    pub in_hand: bool,
    /// When the next retry is due, and how many messages wait for one.
    pub backing_off: Option<(Instant, u64)>,
    /// Why the run was stopped early, if it was.
    pub stopped: Option<StopReason>,
    /// Whether the user has asked for an end without delay.
    pub hurried: bool,
    /// Until when messages may finish.
    pub deadline: Instant,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drain {
    /// Every message has ended.
    Over,
    /// Messages in progress may go on.
    Wait,
    /// The same, and messages that wait for a slot or a retry end: none of them
    /// will be started.
    EndWaiting,
    /// Messages that wait end, and those in progress are aborted.
    Cut,
}

impl Remainder {
    /// Decides what to do at `now`.
    pub(crate) fn drain(&self, now: Instant) -> Drain {
        if self.outstanding == 0 && !self.in_hand {
            return Drain::Over;
        }
        // Messages that a lost worker held never end.
        let lost = self.stopped == Some(StopReason::WorkerLost);
        if lost || self.hurried || now >= self.deadline {
            return Drain::Cut;
        }
        match self.stopped.is_some() || self.waits_in_vain() {
            true => Drain::EndWaiting,
            false => Drain::Wait,
        }
    }

    /// Whether every message waits for a retry that is due too late.
    fn waits_in_vain(&self) -> bool {
        self.backing_off.is_some_and(|(due, messages)| {
            due > self.deadline && messages == self.outstanding && !self.in_hand
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::ORIGIN + Duration::from_secs(seconds)
    }

    const REMAINDER: Remainder = Remainder {
        outstanding: 3,
        in_hand: false,
        backing_off: None,
        stopped: None,
        hurried: false,
        deadline: Instant::from_nanos(10_000_000_000),
    };

    #[test]
    fn messages_in_progress_may_finish_until_the_deadline() {
        assert_eq!(REMAINDER.drain(at(9)), Drain::Wait);
        assert_eq!(REMAINDER.drain(at(10)), Drain::Cut);
        let done = Remainder {
            outstanding: 0,
            ..REMAINDER
        };
        assert_eq!(done.drain(at(11)), Drain::Over);
        let in_hand = Remainder {
            in_hand: true,
            ..done
        };
        assert_eq!(in_hand.drain(at(9)), Drain::Wait);
    }

    #[test]
    fn what_waits_in_vain_ends_at_once() {
        let backing_off = |due, messages| Remainder {
            backing_off: Some((due, messages)),
            ..REMAINDER
        };
        assert_eq!(backing_off(at(11), 3).drain(at(1)), Drain::EndWaiting);
        assert_eq!(backing_off(at(10), 3).drain(at(1)), Drain::Wait);
        assert_eq!(backing_off(at(11), 2).drain(at(1)), Drain::Wait);
        let stopped = Remainder {
            stopped: Some(StopReason::QuotaSpent),
            ..REMAINDER
        };
        assert_eq!(stopped.drain(at(1)), Drain::EndWaiting);
    }

    #[test]
    fn a_hurried_user_and_a_lost_worker_cut_what_is_in_progress() {
        let hurried = Remainder {
            hurried: true,
            ..REMAINDER
        };
        assert_eq!(hurried.drain(at(1)), Drain::Cut);
        let lost = Remainder {
            stopped: Some(StopReason::WorkerLost),
            ..REMAINDER
        };
        assert_eq!(lost.drain(at(1)), Drain::Cut);
    }
}
