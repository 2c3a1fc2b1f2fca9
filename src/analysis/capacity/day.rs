//! What a quota makes of the largest 24 hours, from a day of which nothing is used and
//! without retries: by the formula for each minute's 454s, and by the sum over the last
//! 24 hours.
//!
//! The formula is for a steady rate. Where the rate changes, the account has a burst more
//! or less, which the tolerance of a comparison has to allow for.

use serde::Serialize;

use super::question::Question;
use super::quota::SendQuota;
use super::timeline::{DAY, Timeline};

const MINUTE_S: f64 = 60.0;

/// Below this share of the quota's rate there are no 454s, whatever the rate was before.
const NEAR_THE_RATE: f64 = 0.8;

/// Recipients that sums of a day are off at most.
const ROUNDING: f64 = 1e-3;

/// What becomes of the largest 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct DayForecast {
    /// Recipients in the 24 hours.
    pub(crate) offered: f64,
    /// Of those, accepted.
    pub(crate) accepted: f64,
    /// Share refused by the rate.
    pub(crate) throttled_share: f64,
    /// Share refused because the day was spent.
    pub(crate) over_day_share: f64,
    /// Seconds after which the day is spent; none: it is not.
    pub(crate) spent_s: Option<f64>,
    /// Seconds after which the first of it is free again.
    pub(crate) free_again_s: Option<f64>,
    /// Recipients by which the formula may be off.
    #[serde(skip)]
    pub(super) transient: f64,
}

impl Question {
    /// The forecast under a quota.
    pub(super) fn day(&self, timeline: &Timeline, quota: SendQuota) -> DayForecast {
        let mut accepted = vec![0.0; timeline.rates.len()];
        let mut shares = Shares::default();
        let mut last_24h = 0.0;
        let mut day = DayForecast {
            offered: timeline.day(),
            accepted: 0.0,
            throttled_share: 0.0,
            over_day_share: 0.0,
            spent_s: None,
            free_again_s: None,
            transient: transient(timeline, quota),
        };
        for (minute, rate) in timeline.rates.iter().enumerate() {
            let offered = rate * MINUTE_S;
            let share = shares.of(*rate, || {
                self.throttling(rate / self.recipients_per_message, quota)
            });
            let passes = offered * (1.0 - share);
            let left = quota
                .per_day
                .map_or(f64::INFINITY, |most| (most as f64 - last_24h).max(0.0));
            // The share of the minute in which the day has room.
            let open = match passes > left + ROUNDING {
                true => left / passes,
                false => 1.0,
            };
            accepted[minute] = passes * open;
            last_24h += accepted[minute];
            if minute >= DAY {
                last_24h -= accepted[minute - DAY];
            }
            if minute < DAY {
                day.accepted += accepted[minute];
                day.throttled_share += offered * share * open;
                day.over_day_share += offered * (1.0 - open);
                if open < 1.0 && day.spent_s.is_none() {
                    day.spent_s = Some((minute as f64 + open) * MINUTE_S);
                    continue;
                }
            }
            if day.spent_s.is_some() && day.free_again_s.is_none() && left >= 1.0 && passes > 0.0 {
                day.free_again_s = Some(minute as f64 * MINUTE_S);
            }
        }
        let whole = day.offered.max(f64::MIN_POSITIVE);
        day.throttled_share /= whole;
        day.over_day_share /= whole;
        day
    }
}

/// A burst for each change of the rate that the quota notices; before the first minute
/// there is none.
fn transient(timeline: &Timeline, quota: SendQuota) -> f64 {
    let rates = &timeline.rates[..DAY];
    let changes = [0.0].iter().chain(rates).zip(rates);
    let noticed = changes.filter(|(before, after)| {
        let (low, high) = (before.min(**after), before.max(**after));
        low < high && low < quota.rate_per_s && high > NEAR_THE_RATE * quota.rate_per_s
    });
    noticed.count() as f64 * quota.rate_per_s.max(1.0)
}

/// The shares of 454s of the few rates that a day has.
#[derive(Default)]
struct Shares(Vec<(f64, f64)>);

impl Shares {
    fn of(&mut self, rate: f64, throttling: impl FnOnce() -> super::throttling::Throttling) -> f64 {
        if let Some((_, share)) = self.0.iter().find(|(known, _)| *known == rate) {
            return *share;
        }
        let share = if rate > 0.0 {
            throttling().share_454
        } else {
            0.0
        };
        self.0.push((rate, share));
        share
    }
}
