//! The largest 24 hours through the mock's account, in virtual time: Poisson arrivals,
//! one message after the other, without retries.

use super::back_off::recipients_of;
use super::quota::SendQuota;
use super::timeline::{DAY, Timeline};
use crate::ses::{AccountQuota, QuotaReply};
use crate::vocabulary::Instant;

const DAY_S: f64 = DAY as f64 * 60.0;

/// What became of one day. Numbers count recipients.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct DayTrial {
    pub(super) offered: u64,
    pub(super) accepted: u64,
    pub(super) throttled: u64,
    pub(super) over_day: u64,
    /// When the day was spent; none: it was not.
    pub(super) spent_s: Option<f64>,
    /// When the first of it was free again.
    pub(super) free_again_s: Option<f64>,
}

/// Sends the day. Of the day after it only as much as shows when a spent quota is free
/// again.
pub(super) fn day_trial(
    timeline: &Timeline,
    recipients: f64,
    quota: SendQuota,
    seed: u64,
) -> DayTrial {
    let mut account = AccountQuota::new(Some(quota.rate_per_s), quota.per_day);
    let mut day = DayTrial::default();
    let arrivals = timeline.arrivals(recipients, seed);
    // Smaller messages may still find room where the largest ones do not.
    let largest = recipients.ceil() as u64;
    let is_spent = |sent: u64| quota.per_day.is_some_and(|most| sent + largest > most);
    for (index, at_s) in (0..).zip(arrivals) {
        let is_over = at_s >= DAY_S;
        if is_over && (day.spent_s.is_none() || day.free_again_s.is_some()) {
            break;
        }
        let now = Instant::from_nanos((at_s * 1e9) as u64);
        if day.spent_s.is_some()
            && day.free_again_s.is_none()
            && !is_spent(account.sent_in_24h(now))
        {
            day.free_again_s = Some(at_s);
        }
        let size = recipients_of(index, recipients);
        let reply = account.send(size, now);
        if is_over {
            continue;
        }
        day.offered += u64::from(size);
        match reply {
            QuotaReply::Accepted => day.accepted += u64::from(size),
            QuotaReply::Throttled => day.throttled += u64::from(size),
            QuotaReply::DayUsed => {
                day.over_day += u64::from(size);
                if day.spent_s.is_none() && is_spent(account.sent_in_24h(now)) {
                    day.spent_s = Some(at_s);
                }
            }
        }
    }
    day
}

/// The share of recipients that a steady rate gets refused, in the second of two minutes.
pub(super) fn peak_trial(rate_per_s: f64, recipients: f64, quota: SendQuota, seed: u64) -> f64 {
    let timeline = Timeline {
        rates: vec![rate_per_s; 2],
        peak: 1,
    };
    let mut account = AccountQuota::new(Some(quota.rate_per_s), None);
    let (mut offered, mut refused) = (0_u64, 0_u64);
    for (index, at_s) in (0..).zip(timeline.arrivals(recipients, seed)) {
        let size = recipients_of(index, recipients);
        let now = Instant::from_nanos((at_s * 1e9) as u64);
        let reply = account.send(size, now);
        if at_s >= 60.0 {
            offered += u64::from(size);
            if reply != QuotaReply::Accepted {
                refused += u64::from(size);
            }
        }
    }
    refused as f64 / offered.max(1) as f64
}
