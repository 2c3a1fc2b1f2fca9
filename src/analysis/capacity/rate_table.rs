//! The table of rates: what each carries and takes, with the shape of the demand.

use serde::Serialize;

use super::demand::Peaks;
use super::question::Question;

/// The rates of the table, per second.
pub(super) const RATES: [u64; 9] = [14, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// What a rate carries and takes, with the shape of the demand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct RateRow {
    pub(crate) rate_per_s: u64,
    /// Recipients in the largest 24 hours that fit under it, headroom kept.
    pub(crate) per_day: u64,
    pub(crate) sessions: u64,
    pub(crate) setups_per_s: f64,
    pub(crate) machines: u64,
    /// Of a month of such days, in the cheapest plan.
    pub(crate) dollars: f64,
}

impl Question {
    pub(super) fn row(&self, rate: u64, peaks: &Peaks) -> RateRow {
        let messages_per_s = rate as f64 / self.recipients_per_message;
        let work = self.work();
        let sessions = work.fewest(messages_per_s, self.wait_p99_s).sessions;
        let scale = rate as f64 / (peaks.peak_per_s * (1.0 + self.demand.headroom));
        let costs = self.costs(peaks.month * scale);
        RateRow {
            rate_per_s: rate,
            per_day: (peaks.largest_24h * scale) as u64,
            sessions,
            setups_per_s: work.setups_per_s(messages_per_s),
            machines: self.machine_load(messages_per_s, sessions).machines,
            dollars: costs
                .iter()
                .map(|cost| cost.dollars)
                .fold(f64::INFINITY, f64::min),
        }
    }
}
