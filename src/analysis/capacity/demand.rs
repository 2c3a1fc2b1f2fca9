//! What must be sent, as the two figures of a quota: the highest rate, and the
//! largest sum over any 24 hours. Both count recipients.
//!
//! Campaigns come on top of the other volume, since they may meet its peak. Growth
//! applies to the other volume only.

use serde::Serialize;

use super::campaign::{self, Campaign};
use super::hours::largest_sums;

/// Days of a month, for costs.
const MONTH_DAYS: f64 = 30.0;

/// The volume beside campaigns.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Volume {
    /// Recipients a day, and the share of them in the busiest hour.
    PerDay {
        /// Recipients.
        recipients: f64,
        /// From 1/24 to 1.
        peak_hour_share: f64,
    },
    /// Recipients of each hour.
    Hourly(Vec<f64>),
}

/// What must be sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Demand {
    /// Beside campaigns; none if there are only campaigns.
    pub(crate) volume: Option<Volume>,
    /// Mailings with a deadline.
    pub(crate) campaigns: Vec<Campaign>,
    /// The busiest minute's rate by that of its hour; at least 1.
    pub(crate) peak_factor: f64,
    /// Growth of the volume, as a share.
    pub(crate) growth: f64,
    /// What is asked beyond the peak, as a share.
    pub(crate) headroom: f64,
}

/// The figures of a demand, growth included.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Peaks {
    /// Recipients in the mean day, without campaigns.
    pub(crate) day: f64,
    /// Mean rate of that day.
    pub(crate) mean_per_s: f64,
    /// Recipients in the busiest hour, without campaigns.
    pub(crate) hour: f64,
    /// Which hour that is, from 0, if hours were given.
    pub(crate) hour_index: Option<usize>,
    /// Rate of campaigns that may coincide.
    pub(crate) campaigns_per_s: f64,
    /// The highest rate: busiest minute and campaigns.
    pub(crate) peak_per_s: f64,
    /// The largest sum over any 24 hours.
    pub(crate) largest_24h: f64,
    /// The same without campaigns.
    pub(crate) volume_24h: f64,
    /// The first hour of those, if hours were given.
    pub(crate) largest_24h_from: Option<usize>,
    /// What no 24 hours exceed, whatever the shape inside the hours.
    pub(crate) at_most_24h: Option<f64>,
    /// Recipients in 30 days, with each campaign once.
    pub(crate) month: f64,
    /// The rate to ask for: the peak with headroom, rounded up.
    pub(crate) ask_rate_per_s: u64,
    /// The daily quota to ask for: the largest 24 hours with headroom, rounded up.
    pub(crate) ask_per_day: u64,
}

impl Demand {
    /// Its figures.
    pub(crate) fn peaks(&self) -> Peaks {
        let grown = |recipients: f64| recipients * (1.0 + self.growth);
        let all = |of: fn(&Campaign) -> f64| self.campaigns.iter().map(of).sum::<f64>();
        let campaigns_per_s = campaign::concurrent_rate_per_s(&self.campaigns);
        let campaign_day = all(Campaign::in_a_day);
        let base = self.base();
        let day = grown(base.day);
        let peak_per_s = grown(base.hour) / 3_600.0 * self.peak_factor + campaigns_per_s;
        let volume_24h = grown(base.largest_24h);
        let largest_24h = volume_24h + campaign_day;
        let with_headroom = |figure: f64| whole(figure * (1.0 + self.headroom));
        Peaks {
            day,
            mean_per_s: day / 86_400.0,
            hour: grown(base.hour),
            hour_index: base.hour_index,
            campaigns_per_s,
            peak_per_s,
            largest_24h,
            volume_24h,
            largest_24h_from: base.largest_24h_from,
            at_most_24h: base.at_most_24h.map(|sum| grown(sum) + campaign_day),
            month: day * MONTH_DAYS + all(|each| each.recipients as f64),
            ask_rate_per_s: with_headroom(peak_per_s),
            ask_per_day: with_headroom(largest_24h),
        }
    }

    fn base(&self) -> Base {
        match &self.volume {
            None => Base::default(),
            Some(Volume::PerDay {
                recipients,
                peak_hour_share,
            }) => Base {
                day: *recipients,
                hour: recipients * peak_hour_share,
                largest_24h: *recipients,
                ..Base::default()
            },
            Some(Volume::Hourly(hours)) => {
                let Some(sums) = largest_sums(hours) else {
                    return Base::default();
                };
                let total: f64 = hours.iter().sum();
                Base {
                    day: total / hours.len() as f64 * 24.0,
                    hour: sums.hour.1,
                    hour_index: Some(sums.hour.0),
                    largest_24h: sums.day.1,
                    largest_24h_from: Some(sums.day.0),
                    at_most_24h: Some(sums.at_most),
                }
            }
        }
    }
}

/// The volume beside campaigns, before growth.
#[derive(Default)]
struct Base {
    day: f64,
    hour: f64,
    hour_index: Option<usize>,
    largest_24h: f64,
    largest_24h_from: Option<usize>,
    at_most_24h: Option<f64>,
}

/// Rounded up; what exceeds a whole number by less than a billionth is rounding.
fn whole(figure: f64) -> u64 {
    (figure * (1.0 - 1e-12)).ceil().max(1.0) as u64
}
