//! Whether a share is above a limit, asked again and again while the events come in.
//!
//! A confidence interval is right about one look. Looked at every second, one of 99 %
//! would be wrong in far more than 1 % of the runs. So this is a sequential test: a
//! mixture of likelihood ratios against the limit. If the true share is at the limit or
//! below it, the mixture reaches 100 at any time, however long the run and however
//! many looks, with a probability of at most 1 % (Ville's inequality; Robbins, Annals
//! of Mathematical Statistics 41, 1970). The events count as independent.

/// The probability of a wrong answer over all looks together.
const ERROR: f64 = 0.01;

/// How many times the odds of the limit the true odds may be: the alternatives, all as
/// likely. The first ones find a share little above the limit in many events, the last
/// ones a total failure in a few.
const ODDS: [f64; 8] = [1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0];

/// Whether the share that `events` of `trials` come from is above `limit` (0 to 1).
pub(super) fn is_above(limit: f64, events: u64, trials: u64) -> bool {
    if limit >= 1.0 {
        return false;
    }
    if limit <= 0.0 {
        return events > 0;
    }
    let (events, others) = (events as f64, trials.saturating_sub(events) as f64);
    let ratios = ODDS.map(|times| {
        let odds = times * limit / (1.0 - limit);
        let share = odds / (1.0 + odds);
        events * (share / limit).ln() + others * ((1.0 - share) / (1.0 - limit)).ln()
    });
    // The sum of the ratios, which are too large for a number of their own.
    let largest = ratios.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = ratios
        .into_iter()
        .map(|ratio| (ratio - largest).exp())
        .sum();
    largest + (sum / ODDS.len() as f64).ln() >= -ERROR.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{nth, uniform};

    /// Events a second in the simulated runs of a minute.
    const PER_SECOND: u64 = 100;

    /// The second, from 1, after which a run with this true share is stopped.
    fn stopped(run: u64, limit: f64, share: f64) -> Option<u64> {
        let seed = nth(17, run);
        let mut events = 0;
        (1..=60).find(|second| {
            let this = (second - 1) * PER_SECOND..second * PER_SECOND;
            events += this
                .filter(|index| uniform(nth(seed, *index)) < share)
                .count() as u64;
            is_above(limit, events, second * PER_SECOND)
        })
    }

    fn stops(runs: u64, limit: f64, share: f64) -> Vec<u64> {
        let stops = (0..runs).filter_map(|run| stopped(run, limit, share));
        let mut stops: Vec<u64> = stops.collect();
        stops.sort_unstable();
        stops
    }

    /// A share of 1 % is a p99 whose limit is its true value.
    #[test]
    fn a_share_at_its_limit_is_called_above_in_one_run_of_a_hundred_at_most() {
        for limit in [0.01, 0.05, 0.5] {
            let wrong = stops(400, limit, limit).len();
            assert!(wrong <= 4, "{limit}: {wrong} of 400");
            let below = stops(50, limit, limit * 0.7);
            assert!(below.is_empty(), "{limit}: {below:?}");
        }
    }

    #[test]
    fn the_further_above_the_limit_the_sooner_it_is_found() {
        for (limit, share, within) in [
            (0.01, 0.03, 30),
            (0.01, 0.1, 3),
            (0.01, 1.0, 1),
            (0.5, 0.7, 3),
        ] {
            let stops = stops(50, limit, share);
            assert!(stops.len() >= 49, "{limit} {share}: {}", stops.len());
            let median = stops[stops.len() / 2];
            assert!(median <= within, "{limit} {share}: {median} s");
        }
    }

    #[test]
    fn a_limit_without_room_is_missed_by_one_event_or_never() {
        assert!(is_above(0.0, 1, 1_000_000));
        assert!(!is_above(0.0, 0, 1_000_000));
        assert!(!is_above(1.0, 5, 5));
        assert!(!is_above(0.01, 0, 0));
    }

    #[test]
    fn large_counts_are_no_trouble() {
        let all = 10_000_000_000;
        assert!(!is_above(0.01, all / 100, all));
        assert!(is_above(0.01, all / 90, all));
        assert!(is_above(0.01, all, all));
        assert!(!is_above(0.999, all / 2, all));
    }
}
