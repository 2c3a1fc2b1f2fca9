//! Counters that can be added up over threads and seconds.

use std::ops::AddAssign;

use crate::vocabulary::{Metric, Outcome};

/// A count for each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u64; Outcome::COUNT]);

impl Tally {
    /// Increments the count of an outcome.
    pub fn count(&mut self, outcome: Outcome) {
        self.0[outcome as usize] += 1;
    }

    /// Sets a count, such as from a file.
    pub fn set(&mut self, outcome: Outcome, count: u64) {
        self.0[outcome as usize] = count;
    }

    /// Count of an outcome.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.0[outcome as usize]
    }

    /// Sum over all outcomes.
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Each outcome and its count, in the order of the tables.
    pub fn iter(&self) -> impl Iterator<Item = (Outcome, u64)> + '_ {
        Outcome::ALL
            .iter()
            .map(|outcome| (*outcome, self.of(*outcome)))
    }

    /// Sum over the outcomes without a latency.
    pub fn without_latency(&self) -> u64 {
        let lacking = self.iter().filter(|(outcome, _)| outcome.lacks_latency());
        lacking.map(|(_, count)| count).sum()
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours += theirs;
        }
    }
}

/// Censored values of each metric: the message or session ended before the value
/// was known. In a quantile, each counts as longer than any measured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Censored([u64; Metric::COUNT]);

impl Censored {
    /// Adds censored values of a metric.
    pub fn count(&mut self, metric: impl Into<Metric>, values: u64) {
        self.0[metric.into().index()] += values;
    }

    /// Number of censored values of a metric.
    pub fn of(&self, metric: impl Into<Metric>) -> u64 {
        self.0[metric.into().index()]
    }
}

impl Default for Censored {
    fn default() -> Self {
        Self([0; Metric::COUNT])
    }
}

impl AddAssign<&Self> for Censored {
    fn add_assign(&mut self, other: &Self) {
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours += theirs;
        }
    }
}

/// Defines a struct of counters, and the addition of two of them.
macro_rules! sums {
    ($( #[$doc:meta] $name:ident { $( $( #[$field_doc:meta] )+ $field:ident: $type:ty, )* } )*) => {
        $(
            #[$doc]
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub struct $name {
                $( $( #[$field_doc] )+ pub $field: $type, )*
            }

            impl AddAssign<&Self> for $name {
                fn add_assign(&mut self, other: &Self) {
                    $( self.$field += &other.$field; )*
                }
            }
        )*
    };
}

sums! {
    /// Counts of messages.
    Messages {
        /// Released by the schedule.
        scheduled: u64,
        /// Taken up by a slot for the first time.
        started: u64,
        /// Of `started`: before the schedule ended.
        started_in_time: u64,
        /// Of `started`: no slot was free at the intended time.
        waited: u64,
        /// Of `started`: held back by a limit on attempts although a slot was
        /// free.
        held: u64,
        /// Ended before a slot took them up.
        never_started: u64,
        /// By outcome.
        ended: Tally,
    }

    /// Counts of attempts.
    Attempts {
        /// Started by a slot.
        started: u64,
        /// Of `started`: not the first of their message.
        retries: u64,
        /// By outcome.
        ended: Tally,
    }

    /// Counts of sessions.
    Sessions {
        /// Connect started.
        opened: u64,
        /// Of `opened`: replaced a ready session that the server or the network
        /// had ended.
        reconnects: u64,
        /// Connect started in the measured window, before the schedule ended.
        opened_in_window: u64,
        /// Became ready for MAIL.
        ready: u64,
        /// Ended after they were ready.
        ended: u64,
        /// Refused or lost before they were ready, except those that the end of the
        /// run interrupted.
        failed: u64,
    }

    /// What the stalls of the generator may have distorted.
    Stalls {
        /// Number of stalls of worker threads.
        times: u64,
        /// Accepted attempts of the window's messages in progress during a stall.
        attempts: u64,
        /// Sum of the delays that those may have had, in nanoseconds.
        held_up_nanos: u64,
        /// Messages of the window without a reply in time, where the stall took a
        /// tenth of the attempt or more.
        unanswered: u64,
        /// Sessions in set-up during a stall.
        sessions: u64,
    }

    /// All counters.
    Counts {
        /// Messages of the whole run, warm-up included.
        messages: Messages,
        /// Messages intended in the measured window.
        window: Messages,
        /// Messages accepted between the start of the window and the end of the
        /// schedule, whenever they were intended.
        accepted_in_window: u64,
        /// Censored values of the window, and of all sessions.
        censored: Censored,
        /// Phases of the set-up that failed sessions never reached, whether or not
        /// they are part of this set-up.
        unreached: Censored,
        /// Attempts of the whole run.
        attempts: Attempts,
        /// Sessions of the whole run, including those opened ahead.
        sessions: Sessions,
        /// Stalls of the generator.
        stalls: Stalls,
    }
}

/// Current numbers, as differences of cumulative counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Attempts in progress.
    pub in_flight: u64,
    /// Messages released that wait for a slot.
    pub backlog: u64,
    /// Messages that wait for their next attempt.
    pub retrying: u64,
    /// Sessions ready for MAIL or in a transaction.
    pub sessions_open: u64,
}

impl Counts {
    /// The current numbers after these counts.
    pub fn gauges(&self) -> Gauges {
        let messages = &self.messages;
        let in_flight = self
            .attempts
            .started
            .saturating_sub(self.attempts.ended.sum());
        let taken_up = messages.started + messages.never_started;
        let live = taken_up.saturating_sub(messages.ended.sum());
        Gauges {
            in_flight,
            backlog: messages.scheduled.saturating_sub(taken_up),
            retrying: live.saturating_sub(in_flight),
            sessions_open: self.sessions.ready.saturating_sub(self.sessions.ended),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_what_the_counts_leave_over() {
        let mut counts = Counts::default();
        counts.messages.scheduled = 10;
        counts.messages.started = 6;
        counts.messages.never_started = 1;
        counts.messages.ended.count(Outcome::Accepted);
        counts.messages.ended.count(Outcome::Unsent);
        counts.attempts.started = 6;
        (0..3).for_each(|_| counts.attempts.ended.count(Outcome::Throttled));
        counts.sessions.ready = 5;
        counts.sessions.ended = 1;
        let expected = Gauges {
            in_flight: 3,
            backlog: 3,
            retrying: 2,
            sessions_open: 4,
        };
        assert_eq!(counts.gauges(), expected);
    }

    #[test]
    fn a_tally_knows_who_lacks_a_latency() {
        let mut tally = Tally::default();
        Outcome::ALL
            .iter()
            .for_each(|outcome| tally.count(*outcome));
        assert_eq!((tally.sum(), tally.without_latency()), (10, 4));
    }
}
