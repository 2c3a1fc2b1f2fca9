//! The share of messages that get a 454 under Poisson arrivals, without retries.
//!
//! A rate quota with a burst is a queue without a waiting time: a message is
//! accepted while fewer than the burst's places are taken, and each place becomes
//! free after `1 / rate`. That is M/D/1 with a limited number of places, whose
//! blocking probability is `1 - 1 / (pi0 + rho)`, with `pi0` the probability that a
//! departure leaves the queue empty (Gross and Harris, "Fundamentals of Queueing
//! Theory", M/G/1/K).

use serde::Serialize;

/// Terms of the Poisson distribution below this do not change a result.
const NEGLIGIBLE: f64 = 1e-18;

/// More places than this are not distinguished: refusals below the rate have
/// vanished by then, and above it the share is that of a fluid.
const MAX_PLACES: u64 = 4_096;

/// What a quota does to messages that are not retried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Throttling {
    /// Messages offered per second.
    pub(crate) offered_per_s: f64,
    /// Share that gets a 454.
    pub(crate) share_454: f64,
    /// Messages accepted per second.
    pub(crate) goodput_per_s: f64,
}

/// Throttling at `offered_per_s` messages, of `recipients` each, under a quota of
/// `rate_per_s` recipients with a burst of one second.
pub(super) fn throttling(offered_per_s: f64, recipients: f64, rate_per_s: f64) -> Throttling {
    let rho = offered_per_s * recipients / rate_per_s;
    let share_454 = refused_share(rho, places(recipients, rate_per_s).floor() as u64);
    Throttling {
        offered_per_s,
        share_454,
        goodput_per_s: offered_per_s * (1.0 - share_454),
    }
}

/// The places of a burst of one second. A message is accepted while one token is left,
/// and may take more.
fn places(recipients: f64, rate_per_s: f64) -> f64 {
    (rate_per_s.max(1.0) - 1.0) / recipients + 1.0
}

/// By how much the share may be off because the places are not a whole number, or the
/// messages not alike; `offered_per_s` counts recipients.
pub(super) fn error_of_places(offered_per_s: f64, recipients: f64, rate_per_s: f64) -> f64 {
    let places = places(recipients, rate_per_s);
    if places.fract() == 0.0 && recipients.fract() == 0.0 {
        return 0.0;
    }
    let rho = offered_per_s / rate_per_s;
    let share = |places: f64| refused_share(rho, places.max(1.0) as u64);
    share(places.floor() - 1.0) - share(places.ceil() + 1.0)
}

/// The share refused at a load of `rho`, with `places`.
pub(super) fn refused_share(rho: f64, places: u64) -> f64 {
    let fluid = (1.0 - 1.0 / rho).max(0.0);
    // So many arrivals in one service time that every place is always taken.
    if rho <= 0.0 || rho > 500.0 {
        return fluid;
    }
    let pi0 = empty_after_departure(rho, places.clamp(1, MAX_PLACES) as usize);
    (1.0 - 1.0 / (pi0 + rho)).max(fluid)
}

/// The probability that a departure leaves the queue empty.
///
/// The flow up across each cut between two states equals the flow down, so that all
/// terms are positive and nothing cancels.
fn empty_after_departure(rho: f64, places: usize) -> f64 {
    let tail = poisson_tail(rho);
    let above = |count: usize| tail.get(count).copied().unwrap_or(0.0);
    let none = (-rho).exp();
    // Relative to the first; rescaled so that it does not overflow.
    let mut states = vec![1.0_f64];
    let mut total = 1.0;
    for below in 0..places - 1 {
        let first = below.saturating_sub(tail.len()).max(1);
        let from_others: f64 = (first..=below)
            .map(|state| states[state] * above(below + 1 - state))
            .sum();
        let next = (states[0] * above(below) + from_others) / none;
        states.push(next);
        total += next;
        if total > 1e200 {
            states.iter_mut().for_each(|state| *state /= total);
            total = 1.0;
        }
    }
    states[0] / total
}

/// The probabilities of more than 0, 1, 2... arrivals in one service time.
fn poisson_tail(rho: f64) -> Vec<f64> {
    let mut probabilities = Vec::new();
    let mut term = (-rho).exp();
    let mut count = 0.0;
    while term > NEGLIGIBLE || count < rho {
        probabilities.push(term);
        count += 1.0;
        term *= rho / count;
    }
    // From the small end, so that small tails are exact.
    let mut tail = vec![0.0; probabilities.len()];
    let mut sum = 0.0;
    for at in (1..probabilities.len()).rev() {
        sum += probabilities[at];
        tail[at - 1] = sum;
    }
    tail
}
