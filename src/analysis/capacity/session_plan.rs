//! The sessions of the plan: the fewest that hold the threshold on the wait, by Erlang C
//! and in a simulation with the measured distribution; the larger number counts.

use serde::Serialize;

use super::demand::Peaks;
use super::pool::{Pool, poisson, quantile};
use super::question::{Question, SIMULATED};
use super::sessions::{ErlangSessions, SessionWork};
use crate::dispatch::Connect;
use crate::ses::limits::IDLE_TIMEOUT;

/// The sessions that send the asked rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct SessionPlan {
    pub(crate) messages_per_s: f64,
    pub(crate) work: SessionWork,
    /// Sessions busy on average.
    pub(crate) load: f64,
    pub(crate) setups_per_s: f64,
    pub(crate) wait_p99_limit_s: f64,
    pub(crate) erlang: ErlangSessions,
    /// The fewest that hold the threshold in a simulation.
    pub(crate) simulated: u64,
    /// The larger of both.
    pub(crate) sessions: u64,
    pub(crate) connect: Connect,
    /// The p99 of the response that `on_demand` cannot be below, if there is one.
    pub(crate) on_demand_p99_from_s: Option<f64>,
    /// Below this rate SES closes sessions of the pool for idling.
    pub(crate) stays_open_above_per_s: f64,
    /// Sessions that stay open at the mean rate; without a daily volume, at the peak.
    pub(crate) stay_open: u64,
}

impl Question {
    pub(super) fn sessions(&self, peaks: &Peaks) -> Result<SessionPlan, String> {
        let (work, messages_per_s) = (self.work(), self.ask_messages_per_s(peaks));
        let erlang = work.fewest(messages_per_s, self.wait_p99_s);
        let idle_s = IDLE_TIMEOUT.as_secs_f64();
        // Far above this, most sessions idle until SES closes them: more do not help.
        let most = 4 * (erlang.sessions + (messages_per_s * idle_s) as u64) + 64;
        let simulated = self.simulated_sessions(messages_per_s, most).ok_or_else(|| {
            format!(
                "no number of sessions keeps the p99 of the wait at {} s: sessions that idle for \
                 {idle_s} s are set up again, which takes {} s: expected a shorter set-up or a \
                 longer --wait-p99",
                self.wait_p99_s, work.setup_s
            )
        })?;
        let sessions = erlang.sessions.max(simulated);
        let usual_per_s = match peaks.mean_per_s {
            0.0 => peaks.peak_per_s,
            mean => mean,
        };
        let usual_messages_per_s = usual_per_s / self.recipients_per_message;
        let pays = self.messages_per_session < 100;
        Ok(SessionPlan {
            messages_per_s,
            load: work.load(messages_per_s),
            setups_per_s: work.setups_per_s(messages_per_s),
            wait_p99_limit_s: self.wait_p99_s,
            erlang,
            simulated,
            sessions,
            connect: Connect::Ahead,
            on_demand_p99_from_s: pays.then_some(work.setup_s + work.transaction_s),
            stays_open_above_per_s: sessions as f64 / idle_s,
            stay_open: (usual_messages_per_s * idle_s).floor() as u64,
            work,
        })
    }

    /// The fewest sessions whose simulated wait holds the threshold; none if about
    /// `most` do not.
    fn simulated_sessions(&self, messages_per_s: f64, most: u64) -> Option<u64> {
        let load = self.work().load(messages_per_s);
        // Every number above `high` holds it, none up to `low` does.
        let (mut low, mut high) = (load.floor() as u64, load.floor() as u64 + 1);
        while !self.holds(high, messages_per_s) {
            if high > most {
                return None;
            }
            low = high;
            high += 1 + high / 16;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.holds(middle, messages_per_s) {
                true => high = middle,
                false => low = middle,
            }
        }
        Some(high)
    }

    fn holds(&self, sessions: u64, messages_per_s: f64) -> bool {
        let pool = Pool {
            sessions: sessions as usize,
            connect: Connect::Ahead,
            messages_per_session: self.messages_per_session,
            is_staggered: true,
            idle_timeout_ns: IDLE_TIMEOUT.as_nanos() as u64,
            transaction: &self.transaction,
            setup: &self.setup,
        };
        let arrivals = poisson(messages_per_s, self.seed).take(SIMULATED);
        let mut waits = pool.run(arrivals, self.seed).waits;
        quantile(&mut waits, 0.99).is_none_or(|wait| wait as f64 / 1e9 <= self.wait_p99_s)
    }
}
