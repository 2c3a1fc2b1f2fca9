//! Simulates a pool of sessions: waits, responses and set-ups.
//!
//! Messages are taken in order, by the session that has been free the longest, as
//! `dispatch` does. Unlike Erlang C it takes the distribution of a run, keeps set-ups
//! where they happen, and closes sessions that idle too long.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand_pcg::rand_core::Rng;

use super::durations::Durations;
use crate::dispatch::Connect;
use crate::random;

/// A pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pool<'a> {
    pub(super) sessions: usize,
    pub(super) connect: Connect,
    pub(super) messages_per_session: u32,
    /// Whether the sessions have sent different numbers of messages at the start;
    /// otherwise all were just opened.
    pub(super) is_staggered: bool,
    /// After this time without a message the server closes a session.
    pub(super) idle_timeout_ns: u64,
    pub(super) transaction: &'a Durations,
    pub(super) setup: &'a Durations,
}

/// What the pool did.
#[derive(Clone, Debug, Default)]
pub(super) struct PoolRun {
    /// Nanoseconds for which each message waited for a session.
    pub(super) waits: Vec<u64>,
    /// Nanoseconds from each message's arrival to its end.
    pub(super) responses: Vec<u64>,
    pub(super) setups: u64,
}

/// A session; the heap has the one that is free the longest on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    /// When it is free.
    at: u64,
    number: usize,
    /// Messages on the open session.
    messages: u32,
    is_open: bool,
}

impl Pool<'_> {
    /// Sends messages that arrive at these times, in nanoseconds.
    pub(super) fn run(&self, arrivals: impl Iterator<Item = u64>, seed: u64) -> PoolRun {
        let mut random = random::sequence(seed);
        let mut slots: BinaryHeap<Reverse<Slot>> = (0..self.sessions)
            .map(|number| Reverse(self.open_slot(number)))
            .collect();
        let mut run = PoolRun::default();
        for arrival in arrivals {
            let Some(Reverse(slot)) = slots.pop() else {
                break;
            };
            let setup = || self.setup.draw(random.next_u64());
            let (slot, start, setup_ns) = self.take(slot, arrival, setup, &mut run.setups);
            let done = start + setup_ns + self.transaction.draw(random.next_u64());
            run.waits.push(start - arrival);
            run.responses.push(done - arrival);
            slots.push(Reverse(self.release(slot, done, &mut random, &mut run)));
        }
        run
    }

    fn open_slot(&self, number: usize) -> Slot {
        let spread = number as u64 * u64::from(self.messages_per_session) / self.sessions as u64;
        Slot {
            at: 0,
            number,
            messages: if self.is_staggered { spread as u32 } else { 0 },
            is_open: true,
        }
    }

    /// The slot with an open session, when a message starts on it, and the set-up
    /// that the message itself pays.
    fn take(
        &self,
        mut slot: Slot,
        arrival: u64,
        mut setup: impl FnMut() -> u64,
        setups: &mut u64,
    ) -> (Slot, u64, u64) {
        let mut start = arrival.max(slot.at);
        match self.connect {
            Connect::OnDemand => {
                let is_open = slot.is_open && start - slot.at < self.idle_timeout_ns;
                if is_open {
                    return (slot, start, 0);
                }
                *setups += 1;
                (slot.messages, slot.is_open) = (0, true);
                (slot, start, setup())
            }
            Connect::Ahead => {
                // Each time it idles too long, it is opened again.
                while start - slot.at >= self.idle_timeout_ns {
                    *setups += 1;
                    slot.messages = 0;
                    slot.at += self.idle_timeout_ns + setup();
                    start = arrival.max(slot.at);
                }
                (slot, start, 0)
            }
        }
    }

    fn release(&self, slot: Slot, done: u64, random: &mut impl Rng, run: &mut PoolRun) -> Slot {
        let messages = slot.messages + 1;
        let is_full = messages >= self.messages_per_session;
        let (mut at, mut is_open) = (done, true);
        if is_full && self.connect == Connect::Ahead {
            run.setups += 1;
            at += self.setup.draw(random.next_u64());
        } else if is_full {
            is_open = false;
        }
        Slot {
            at,
            messages: if is_full { 0 } else { messages },
            is_open,
            ..slot
        }
    }
}

/// Poisson arrivals at `per_s`, in nanoseconds.
pub(super) fn poisson(per_s: f64, seed: u64) -> impl Iterator<Item = u64> {
    let mut random = random::arrivals(seed);
    let mut at_s = 0.0;
    std::iter::from_fn(move || {
        at_s -= random::above_zero(random.next_u64()).ln() / per_s;
        Some((at_s * 1e9) as u64)
    })
}

/// The value that a share `q` of the values does not exceed.
pub(super) fn quantile(values: &mut [u64], q: f64) -> Option<u64> {
    let rank = (q * values.len() as f64).ceil() as usize;
    let at = rank.clamp(1, values.len().max(1)) - 1;
    (at < values.len()).then(|| *values.select_nth_unstable(at).1)
}
