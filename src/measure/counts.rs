//! How many of everything: sums that can be added up over threads and seconds.

use std::ops::AddAssign;

use crate::vocabulary::{Metric, Outcome};

/// A count for each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u64; Outcome::COUNT]);

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, outcome: Outcome) {
        self.0[outcome as usize] += 1;
    }

    /// Takes a count from elsewhere, such as a file.
    pub fn set(&mut self, outcome: Outcome, count: u64) {
        self.0[outcome as usize] = count;
    }

    /// How many ended so.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.0[outcome as usize]
    }

    /// How many ended at all.
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Each outcome and its count, in the order of the tables.
    pub fn iter(&self) -> impl Iterator<Item = (Outcome, u64)> + '_ {
        Outcome::ALL
            .iter()
            .map(|outcome| (*outcome, self.of(*outcome)))
    }

    /// How many ended without a latency.
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

/// How many values each metric lacks because a message or a session ended before
/// there was one. Where a quantile is quoted, each counts as longer than any value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Censored([u64; Metric::COUNT]);

impl Censored {
    /// Counts so many more.
    pub fn count(&mut self, metric: impl Into<Metric>, values: u64) {
        self.0[metric.into().index()] += values;
    }

    /// How many the metric lacks.
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

/// Defines a struct of sums and how to add two of them.
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
        /// The schedule released them.
        scheduled: u64,
        /// A slot took them up for the first time.
        started: u64,
        /// Of those, the ones taken up before the schedule ended.
        started_in_time: u64,
        /// Of the started, the ones that found no slot free when they were due.
        waited: u64,
        /// Of the started, the ones that a bound on attempts held back though a
        /// slot was free.
        held: u64,
        /// They ended before any slot took them up.
        never_started: u64,
        /// How they ended.
        ended: Tally,
    }

    /// Counts of attempts.
    Attempts {
        /// A slot began them.
        started: u64,
        /// Of those, the ones that were not the message's first.
        retries: u64,
        /// How they ended.
        ended: Tally,
    }

    /// Counts of sessions.
    Sessions {
        /// Their connect began.
        opened: u64,
        /// Of those, the ones that took the place of a session that had been
        /// ready and was ended by the server or the network.
        reconnects: u64,
        /// Their connect began in the measured window, before the schedule ended.
        opened_in_window: u64,
        /// They became ready for MAIL.
        ready: u64,
        /// They ended after they had been ready.
        ended: u64,
        /// They were refused or lost before they were ready; not those that the end
        /// of the run cut off.
        failed: u64,
    }

    /// What may have been spoilt because a thread of the generator stood still.
    Stalls {
        /// How many times a worker's thread did.
        times: u64,
        /// Accepted attempts of the window's messages that it had under way.
        attempts: u64,
        /// By how much those may have been held up, in nanoseconds, all added up.
        held_up_nanos: u64,
        /// Messages of the window that got no answer in time, where it stood still
        /// for a tenth of the attempt or more.
        unanswered: u64,
        /// Sessions that it was setting up.
        sessions: u64,
    }

    /// Counts of everything.
    Counts {
        /// Messages of the whole run, warm-up included.
        messages: Messages,
        /// Messages intended in the measured window.
        window: Messages,
        /// Messages accepted between the opening of the window and the end of
        /// the schedule, whenever they were intended.
        accepted_in_window: u64,
        /// Values that the metrics of the window lack, and those of all sessions.
        censored: Censored,
        /// Phases of the set-up that failed sessions never reached, whether
        /// they would have been part of it or not.
        unreached: Censored,
        /// Attempts of the whole run.
        attempts: Attempts,
        /// Sessions of the whole run, those opened ahead included.
        sessions: Sessions,
        /// What the generator's own stalls may have spoilt.
        stalls: Stalls,
    }
}

/// How many are under way: what cumulative counts leave over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Attempts under way.
    pub in_flight: u64,
    /// Messages released that wait for a slot.
    pub backlog: u64,
    /// Messages between two attempts.
    pub retrying: u64,
    /// Sessions that are ready for MAIL or at work.
    pub sessions_open: u64,
}

impl Counts {
    /// What is under way after all this.
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
