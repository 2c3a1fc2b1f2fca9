//! How far a quota reaches: the hours at full rate that spend the day, when a
//! mailing is finished, and when the day is free again.
//!
//! SES reports what was sent in the last 24 hours, but not when. So with a day that
//! is partly used there are two ends: the best one, where all of it expires before
//! it is in the way, and the worst, where all of it was sent a moment ago.

use serde::Serialize;

/// Seconds of the window of the daily quota.
pub(super) const DAY_S: f64 = 86_400.0;

/// The two limits of an account, in recipients.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct SendQuota {
    /// Maximum rate; above zero.
    pub(crate) rate_per_s: f64,
    /// In any 24 hours; none: unlimited.
    pub(crate) per_day: Option<u64>,
}

/// When a mailing is finished, in seconds from its start; none: never.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct FinishTimes {
    /// Recipients that the day has room for now.
    pub(crate) at_once: u64,
    /// When those are sent.
    pub(crate) at_once_s: f64,
    /// The finish if what was sent before expires in time.
    pub(crate) best_s: Option<f64>,
    /// The finish if all of it was sent just before.
    pub(crate) worst_s: Option<f64>,
    /// When the whole day is free again, after the worst finish.
    pub(crate) free_again_s: Option<f64>,
}

impl SendQuota {
    /// Hours at the full rate that spend the day; none if it is unlimited or longer
    /// than a day.
    pub(crate) fn hours_that_spend_the_day(&self) -> Option<f64> {
        let hours = self.per_day? as f64 / self.rate_per_s / 3_600.0;
        (hours < 24.0).then_some(hours)
    }

    /// The even rate that spends the day in 24 hours.
    pub(crate) fn even_rate_per_s(&self) -> Option<f64> {
        Some(self.per_day? as f64 / DAY_S)
    }

    /// Seconds that `recipients` take from a day that is free; none: never.
    pub(crate) fn finish_s(&self, recipients: u64) -> Option<f64> {
        let at_rate = recipients as f64 / self.rate_per_s;
        match self.per_day {
            _ if recipients == 0 => Some(0.0),
            Some(0) => None,
            Some(day) if (day as f64) < self.rate_per_s * DAY_S => {
                let days = (recipients - 1) / day;
                let rest = (recipients - days * day) as f64;
                Some(days as f64 * DAY_S + rest / self.rate_per_s)
            }
            _ => Some(at_rate),
        }
    }

    /// When `recipients` are sent with `sent` recipients in the last 24 hours.
    pub(crate) fn finish_times(&self, recipients: u64, sent: u64) -> FinishTimes {
        let left = self.per_day.map(|day| day.saturating_sub(sent));
        let at_once = left.map_or(recipients, |left| left.min(recipients));
        let at_once_s = at_once as f64 / self.rate_per_s;
        let best_s = self.finish_s(recipients);
        // After 24 hours the day begins to free as fast as it was used.
        let worst_s = match recipients - at_once {
            0 => Some(at_once_s),
            _ if at_once_s >= DAY_S => best_s,
            rest => self.finish_s(rest).map(|more| DAY_S + more),
        };
        // The last recipient begins one interval before the end.
        let last = worst_s.filter(|_| recipients > 0);
        FinishTimes {
            at_once,
            at_once_s,
            best_s,
            worst_s,
            free_again_s: last.map(|finish| finish - 1.0 / self.rate_per_s + DAY_S),
        }
    }

    /// What is left beside other mail; none if nothing is.
    pub(crate) fn beside(&self, rate_per_s: f64, per_day: f64) -> Option<Self> {
        let rate_per_s = self.rate_per_s - rate_per_s;
        let per_day = self
            .per_day
            .map(|day| (day as f64 - per_day).floor().max(0.0) as u64);
        (rate_per_s > 0.0 && per_day != Some(0)).then_some(Self {
            rate_per_s,
            per_day,
        })
    }
}
