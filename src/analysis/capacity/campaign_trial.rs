//! A campaign through the mock's account, in virtual time, beside the other volume: by a
//! client that keeps to what the other volume leaves.
//!
//! The client sends evenly at the rate that is left. After a 454 for the rate the message
//! goes with the next one's time; once its part of the day is used, or the account's day,
//! it tries again every minute.

use super::back_off::recipients_of;
use super::quota::SendQuota;
use super::timeline::{Arrivals, Timeline};
use crate::ses::{AccountQuota, QuotaReply};
use crate::vocabulary::Instant;

const DAY_S: f64 = 86_400.0;
const MINUTE_S: f64 = 60.0;

/// A campaign, and what is left to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct CampaignTrial<'a> {
    /// The other volume; its first day comes again and again.
    pub(super) others: &'a Timeline,
    pub(super) recipients_per_message: f64,
    pub(super) recipients: u64,
    pub(super) quota: SendQuota,
    /// What the other volume leaves.
    pub(super) left: SendQuota,
    /// Recipients sent just before the start, beside the other volume.
    pub(super) sent: u64,
    /// Seconds after which it is given up.
    pub(super) give_up_s: f64,
}

impl CampaignTrial<'_> {
    /// Seconds from its start to its end; none if it was given up.
    pub(super) fn finish_s(&self, seed: u64) -> Option<f64> {
        // The day before, so that the other volume has its place in the last 24 hours.
        let start_s = DAY_S + (self.others.peak as f64 - 30.0).max(0.0) * MINUTE_S;
        let mut account = AccountQuota::new(Some(self.quota.rate_per_s), self.quota.per_day);
        let mut others = Others::new(self, seed);
        others.send_until(start_s, &mut account);
        account.add_sent(self.sent, at(start_s));
        let mut own = AccountQuota::new(None, self.left.per_day);
        own.add_sent(self.sent, at(start_s));
        let (mut now_s, mut done, mut messages) = (start_s, 0, 0);
        while done < self.recipients {
            if now_s - start_s > self.give_up_s {
                return None;
            }
            others.send_until(now_s, &mut account);
            let size = recipients_of(messages, self.recipients_per_message);
            let size = u64::from(size).min(self.recipients - done) as u32;
            let used = own.sent_in_24h(at(now_s)) + u64::from(size);
            let reply = match self.left.per_day {
                Some(day) if used > day => QuotaReply::DayUsed,
                _ => account.send(size, at(now_s)),
            };
            if reply == QuotaReply::Accepted {
                let _ = own.send(size, at(now_s));
                done += u64::from(size);
                messages += 1;
            }
            now_s += match reply {
                QuotaReply::DayUsed => MINUTE_S - now_s % MINUTE_S,
                QuotaReply::Accepted | QuotaReply::Throttled => {
                    f64::from(size) / self.left.rate_per_s
                }
            };
        }
        Some(now_s - start_s)
    }
}

/// The other volume.
struct Others<'a> {
    arrivals: Arrivals<'a>,
    recipients: f64,
    messages: u64,
    next_s: f64,
}

impl<'a> Others<'a> {
    fn new(trial: &CampaignTrial<'a>, seed: u64) -> Self {
        let recipients = trial.recipients_per_message;
        let mut arrivals = trial.others.arrivals_every_day(recipients, seed);
        Self {
            next_s: arrivals.next().unwrap_or(f64::INFINITY),
            arrivals,
            recipients,
            messages: 0,
        }
    }

    fn send_until(&mut self, now_s: f64, account: &mut AccountQuota) {
        while self.next_s <= now_s {
            let size = recipients_of(self.messages, self.recipients);
            let _ = account.send(size, at(self.next_s));
            self.messages += 1;
            self.next_s = self.arrivals.next().unwrap_or(f64::INFINITY);
        }
    }
}

fn at(seconds: f64) -> Instant {
    Instant::from_nanos((seconds * 1e9) as u64)
}
