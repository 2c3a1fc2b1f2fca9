//! The runs on sockets that test a plan, and their figures beside the planned ones.
//!
//! Two runs, since the plan makes two promises. At the rate of the busiest minute the
//! quota refuses and delays no more than planned; at the rate to ask for, which is higher,
//! the sessions hold the threshold on the wait. Both have the planned sessions, and
//! Poisson arrivals as the plan assumes.

use std::time::Duration;

use super::back_off::{BackOff, back_off};
use super::check::{Check, MOST, Relation, Unit};
use super::plan::CapacityPlan;
use super::pool::poisson;
use super::question::Question;
use super::quota::SendQuota;
use super::verification::{Subject, WhichQuota};
use crate::random::nth;
use crate::vocabulary::Instant;

/// The shortest measured time, unless it is given: a pause of a machine must not decide.
const SHORTEST_S: f64 = 30.0;

/// The longest one, unless it is given.
const LONGEST_S: f64 = 300.0;

/// Messages that a 99th percentile needs: ten beyond it.
const MESSAGES: f64 = 1_000.0;

/// A share of a run that its own start and end may change.
const SHARE: f64 = 0.005;

/// What a machine may add to a transaction: this share, and this time.
const SLOWER: f64 = 0.1;
const SLOWER_S: f64 = 0.002;

/// A run to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LoadTest {
    pub(crate) subject: Subject,
    pub(crate) messages_per_s: f64,
    /// Of each message.
    pub(crate) recipients: u32,
    pub(crate) sessions: u64,
    /// None: unlimited, so that only the sessions count.
    pub(crate) quota: Option<SendQuota>,
    /// Measured time.
    pub(crate) length: Duration,
}

/// What a run found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RunFigures {
    /// Messages, their attempts, and what became of them, in the whole run.
    pub(crate) messages: u64,
    pub(crate) attempts: u64,
    pub(crate) accepted: u64,
    pub(crate) throttled: u64,
    /// In the measured time; none if nothing was measured.
    pub(crate) wait_p99_s: Option<f64>,
    pub(crate) response_p99_s: Option<f64>,
    pub(crate) transaction_mean_s: Option<f64>,
    /// Whether it ended before its time, because its backlog grew.
    pub(crate) is_given_up: bool,
}

impl CapacityPlan {
    /// The run about a subject; the number of sessions and the time may be given.
    pub(crate) fn load_test(
        &self,
        subject: Subject,
        quota: WhichQuota,
        sessions: Option<u64>,
        length: Option<Duration>,
    ) -> LoadTest {
        let recipients = self.recipients_per_message.round().max(1.0);
        let messages_per_s = match subject {
            Subject::Peak => self.peaks.peak_per_s / recipients,
            Subject::Sessions => self.sessions.messages_per_s,
        };
        let needed_s = (MESSAGES / messages_per_s).ceil();
        let needed = Duration::from_secs_f64(needed_s.clamp(SHORTEST_S, LONGEST_S));
        LoadTest {
            subject,
            messages_per_s,
            recipients: recipients as u32,
            sessions: sessions.unwrap_or(self.sessions.sessions),
            quota: match subject {
                Subject::Peak => Some(quota.of(self)),
                Subject::Sessions => None,
            },
            length: length.unwrap_or(needed),
        }
    }
}

impl Question {
    /// The figures of a run beside the planned ones. `warm_up` is sent before the
    /// measured time.
    pub(crate) fn compare(
        &self,
        test: &LoadTest,
        warm_up: Duration,
        found: &RunFigures,
    ) -> Vec<Check> {
        let mut checks = vec![Check::of_run(
            "p99 of the wait",
            Unit::Latency,
            Relation::AtMost,
            &[self.wait_p99_s],
            found.wait_p99_s,
            0.0,
        )];
        if let Some(quota) = test.quota.filter(|_| !found.is_given_up) {
            let time = warm_up + test.length;
            let runs = (0..u64::from(MOST)).map(|at| self.simulated(test, quota, time, at));
            checks.extend(self.of_quota(&runs.collect::<Vec<_>>(), found));
        }
        checks
    }

    /// Whether a transaction took longer than the plan assumes and a machine may add.
    pub(crate) fn is_slower(&self, found: &RunFigures) -> bool {
        let most = self.transaction.mean_s() * (1.0 + SLOWER) + SLOWER_S;
        found.transaction_mean_s.is_some_and(|mean| mean > most)
    }

    fn of_quota(&self, runs: &[BackOff], found: &RunFigures) -> [Check; 3] {
        let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
        let of = |figure: &dyn Fn(&BackOff) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
        let retries = match runs.iter().any(|run| run.refused > 0) {
            true => self.retry.map_or(0, |retry| retry.attempts.get() - 1),
            false => 0,
        };
        // A retried message waits for a session and takes its time again.
        let once_s = self.transaction.quantile_s(0.99) + self.wait_p99_s;
        let beyond_s = f64::from(retries) * once_s + once_s * SLOWER + SLOWER_S;
        [
            Check::of_run(
                "454s, of all attempts",
                Unit::Share,
                Relation::Equal,
                &of(&|run| share(run.refused, run.attempts)),
                Some(1.0 - share(found.accepted, found.attempts)),
                SHARE,
            ),
            Check::of_run(
                "messages lost",
                Unit::Share,
                Relation::Equal,
                &of(&|run| share(run.lost, run.messages)),
                Some(share(found.throttled, found.messages)),
                SHARE,
            ),
            Check::of_run(
                "p99 of the response",
                Unit::Latency,
                Relation::AtMost,
                &of(&|run| run.delay_p99_s.unwrap_or(0.0) + once_s),
                found.response_p99_s,
                beyond_s,
            ),
        ]
    }

    fn simulated(&self, test: &LoadTest, quota: SendQuota, time: Duration, at: u64) -> BackOff {
        let seed = nth(self.seed, at);
        let end = time.as_nanos() as u64;
        let arrivals = poisson(test.messages_per_s, seed).take_while(|nanos| *nanos <= end);
        back_off(
            arrivals.map(Instant::from_nanos),
            f64::from(test.recipients),
            quota.rate_per_s,
            self.retry,
            seed,
        )
    }
}
