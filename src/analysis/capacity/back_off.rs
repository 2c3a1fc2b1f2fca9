//! Simulates a client that retries after a 454, in virtual time.
//!
//! The retry queue is the one of the generator, and the quota that of the mock. The
//! service time is zero: what is measured is the delay that waiting for the quota
//! adds, and the messages that are lost when their attempts are used up.

use serde::Serialize;

use super::pool::quantile;
use crate::dispatch::{Retry, RetryQueue};
use crate::ses::RateQuota;
use crate::vocabulary::{Cause, Instant, Outcome, Phase, Ticket};

/// SES's reply above the rate.
const THROTTLED: Cause<'static> = Cause {
    phase: Some(Phase::Accept),
    code: Some(454),
    enhanced: None,
    failure: None,
    detail: None,
    text: "",
};

/// What became of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct BackOff {
    /// Messages.
    pub(crate) messages: u64,
    /// Seconds in which they arrived.
    pub(crate) seconds: f64,
    /// Attempts at them.
    pub(crate) attempts: u64,
    /// Attempts that got a 454.
    pub(crate) refused: u64,
    /// Messages accepted at last.
    pub(crate) accepted: u64,
    /// Messages that used up their attempts.
    pub(crate) lost: u64,
    /// 99th percentile of the delay of the accepted, in seconds.
    pub(crate) delay_p99_s: Option<f64>,
    /// The longest delay, in seconds.
    pub(crate) delay_max_s: Option<f64>,
}

/// Messages of `recipients` each (a mean, so that 1.5 is one and two in turn) that
/// arrive at these times, under a quota of `rate_per_s` with a burst of one second.
pub(super) fn back_off(
    arrivals: impl Iterator<Item = Instant>,
    recipients: f64,
    rate_per_s: f64,
    policy: Option<Retry>,
    seed: u64,
) -> BackOff {
    let mut quota = RateQuota::new(rate_per_s);
    let mut queue = RetryQueue::new(policy, seed, None);
    let mut arrivals = (0..).zip(arrivals).peekable();
    let mut delays = Vec::new();
    let mut messages = 0;
    let mut last_arrival = Instant::ORIGIN;
    let (mut attempts, mut refused, mut lost) = (0, 0, 0);
    loop {
        let arrival = arrivals.peek().copied();
        let (ticket, now) = match (arrival, queue.next_due()) {
            (None, None) => break,
            (Some((index, at)), due) if due.is_none_or(|due| at <= due) => {
                arrivals.next();
                messages += 1;
                last_arrival = at;
                (Ticket::new(index, at), at)
            }
            (_, due) => {
                let now = due.unwrap_or(Instant::NEVER);
                let Some(ticket) = queue.take_due(now) else {
                    break;
                };
                (ticket, now)
            }
        };
        attempts += 1;
        if quota.accepts(recipients_of(ticket.index, recipients), now) {
            let _ = queue.take_last(ticket);
            delays.push(now.since(ticket.intended).as_nanos() as u64);
            continue;
        }
        refused += 1;
        if queue
            .after(ticket, Outcome::Throttled, &THROTTLED, now)
            .is_none()
        {
            lost += 1;
        }
    }
    BackOff {
        messages,
        seconds: last_arrival.seconds(),
        attempts,
        refused,
        accepted: delays.len() as u64,
        lost,
        delay_p99_s: quantile(&mut delays, 0.99).map(|nanos| nanos as f64 / 1e9),
        delay_max_s: delays.iter().max().map(|nanos| *nanos as f64 / 1e9),
    }
}

/// Recipients of one message, so that all have the mean.
pub(super) fn recipients_of(index: u64, mean: f64) -> u32 {
    let up_to = |messages: u64| (messages as f64 * mean).floor();
    ((up_to(index + 1) - up_to(index)) as u32).max(1)
}
