//! Decides whether an account can send a message, by its rate and daily quota.
//!
//! Both count recipients. A refusal by one uses neither. Recipients of the
//! mailbox simulator count against the rate, but not against the daily quota (SES
//! Developer Guide, "Using the mailbox simulator").

use serde::{Deserialize, Serialize};

use super::bucket::Bucket;
use super::window::Window;
use crate::protocol::Instant;
use crate::settings::Settings;

/// Whether a message can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaDecision {
    /// Yes, and it was counted.
    Accepted,
    /// No: the sending rate is used up.
    Throttled,
    /// No: the sending rate of version 2 credentials is used up.
    ThrottledV2,
    /// No: the daily quota is used up.
    Quota,
}

/// A message to send.
#[derive(Clone, Copy, Debug)]
pub struct Mail {
    /// All recipients.
    pub recipients: u32,
    /// Those of the mailbox simulator.
    pub simulated: u32,
    /// Sent by a user with a version 2 password.
    pub v2: bool,
}

/// Limits of an account, in recipients; `None` means no limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Per second.
    pub rate: Option<f64>,
    /// At once after a pause; `None` means one second of the rate.
    pub burst: Option<f64>,
    /// Per rolling 24 hours.
    pub daily: Option<u64>,
}

/// How much of its limits an account has used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Used {
    /// Recipients that can be sent at once now; below zero if a message took more
    /// than was left. `None` without a rate limit.
    pub rate_left: Option<f64>,
    /// Recipients of the previous 24 hours, without those of the simulator. `None`
    /// if there never was a daily quota.
    pub day_sent: Option<u64>,
}

/// The limits of an account, and what is used of them; it reads no clock.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    rate: Option<Bucket>,
    /// The bucket, while there is no rate limit.
    parked: Option<Bucket>,
    /// For users with a version 2 password, in addition to `rate`.
    rate_v2: Option<Bucket>,
    day: Option<Window>,
}

impl Budget {
    /// The limits in `settings`.
    pub(super) fn new(settings: &Settings) -> Budget {
        let quota = settings.profile.quota();
        let limits = Limits {
            rate: settings.rate.or(quota.rate),
            burst: settings.burst,
            daily: settings.daily.or(quota.daily),
        };
        Budget {
            rate_v2: settings.sigv2_rate.map(|rate| Bucket::new(rate, None)),
            ..Budget::with_limits(limits)
        }
    }

    /// An account with these limits, of which nothing is used.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Budget {
        Budget {
            limits,
            rate: limits.rate.map(|rate| Bucket::new(rate, limits.burst)),
            parked: None,
            rate_v2: None,
            day: limits.daily.map(|daily| Window::new(Some(daily))),
        }
    }

    /// Whether there is a limit, or something to count.
    pub(super) fn is_limited(&self) -> bool {
        self.rate.is_some() || self.rate_v2.is_some() || self.day.is_some()
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Changes the limits from `now` on; used quota stays used. Without a rate
    /// limit the bucket keeps filling at its last rate. Without a daily quota,
    /// recipients are still counted if there ever was one.
    pub fn change(&mut self, limits: Limits, now: Instant) {
        self.limits = limits;
        let last = self.rate.take().or_else(|| self.parked.take());
        match (last, limits.rate) {
            (Some(mut bucket), Some(rate)) => {
                bucket.change(rate, limits.burst, now);
                self.rate = Some(bucket);
            }
            (None, Some(rate)) => self.rate = Some(Bucket::new(rate, limits.burst)),
            (last, None) => self.parked = last,
        }
        match &mut self.day {
            Some(window) => window.change(limits.daily),
            None => self.day = limits.daily.map(|daily| Window::new(Some(daily))),
        }
    }

    /// How much is used at `now`.
    #[must_use]
    pub fn used(&mut self, now: Instant) -> Used {
        Used {
            rate_left: self.rate.as_mut().map(|rate| rate.tokens(now)),
            day_sent: self.day.as_mut().map(|day| day.sent(now)),
        }
    }

    /// Resets all use.
    pub(super) fn reset(&mut self) {
        self.parked = None;
        self.rate.iter_mut().for_each(Bucket::fill);
        self.rate_v2.iter_mut().for_each(Bucket::fill);
        self.day.iter_mut().for_each(Window::clear);
    }

    /// Decides whether a message can be sent, and if so, counts it. `now` is not before
    /// that of the last call.
    pub fn spend(&mut self, mail: Mail, now: Instant) -> QuotaDecision {
        let counted = mail.recipients - mail.simulated;
        // Over the daily quota, the reply is the quota's even above the rate.
        let day = self.day.as_mut().filter(|_| counted > 0);
        if day.is_some_and(|day| !day.admits(counted, now)) {
            return QuotaDecision::Quota;
        }
        if self.rate.as_mut().is_some_and(|rate| !rate.admits(now)) {
            return QuotaDecision::Throttled;
        }
        let mut rate_v2 = self.rate_v2.as_mut().filter(|_| mail.v2);
        if rate_v2.as_mut().is_some_and(|rate| !rate.admits(now)) {
            return QuotaDecision::ThrottledV2;
        }
        for rate in self.rate.iter_mut().chain(rate_v2) {
            rate.take(mail.recipients);
        }
        if let Some(day) = self.day.as_mut().filter(|_| counted > 0) {
            day.take(counted);
        }
        QuotaDecision::Accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(rate: f64, daily: u64) -> Budget {
        let settings = Settings {
            rate: Some(rate),
            daily: Some(daily),
            ..Settings::default()
        };
        Budget::new(&settings)
    }

    fn mail(recipients: u32, simulated: u32) -> Mail {
        Mail {
            recipients,
            simulated,
            v2: false,
        }
    }

    #[test]
    fn version_2_has_a_separate_rate_in_addition_to_the_account_s() {
        let settings = Settings {
            sigv2_rate: Some(1.0),
            ..Settings::default()
        };
        let mut budget = Budget::new(&settings);
        let old = Mail {
            v2: true,
            ..mail(1, 0)
        };
        assert_eq!(budget.spend(old, Instant(0)), QuotaDecision::Accepted);
        assert_eq!(budget.spend(old, Instant(0)), QuotaDecision::ThrottledV2);
        // The refusal used no token of the account: 13 of 14 are left.
        for _ in 0..13 {
            assert_eq!(
                budget.spend(mail(1, 0), Instant(0)),
                QuotaDecision::Accepted
            );
        }
        assert_eq!(budget.spend(old, Instant(1)), QuotaDecision::Throttled);
    }

    #[test]
    fn distinguishes_the_rate_from_the_daily_quota() {
        let mut budget = budget(1.0, 2);
        assert_eq!(
            budget.spend(mail(1, 0), Instant(0)),
            QuotaDecision::Accepted
        );
        assert_eq!(
            budget.spend(mail(1, 0), Instant(0)),
            QuotaDecision::Throttled
        );
        assert_eq!(
            budget.spend(mail(1, 0), Instant(1_000_000_000)),
            QuotaDecision::Accepted
        );
        assert_eq!(
            budget.spend(mail(1, 0), Instant(5_000_000_000)),
            QuotaDecision::Quota
        );
    }

    #[test]
    fn the_simulator_is_bound_by_the_rate_only() {
        let mut budget = budget(1.0, 0);
        assert_eq!(
            budget.spend(mail(1, 1), Instant(0)),
            QuotaDecision::Accepted
        );
        assert_eq!(
            budget.spend(mail(1, 1), Instant(0)),
            QuotaDecision::Throttled
        );
        assert_eq!(budget.spend(mail(2, 1), Instant(0)), QuotaDecision::Quota);
    }

    #[test]
    fn refusals_cost_nothing() {
        let mut budget = budget(1.0, 1000);
        assert_eq!(
            budget.spend(mail(1, 0), Instant(0)),
            QuotaDecision::Accepted
        );
        for n in 1..1000 {
            assert_eq!(
                budget.spend(mail(1, 0), Instant(n * 1_000_000)),
                QuotaDecision::Throttled
            );
        }
        assert_eq!(
            budget.spend(mail(1, 0), Instant(1_000_000_000)),
            QuotaDecision::Accepted
        );
    }

    #[test]
    fn unlimited_has_no_budget_to_keep() {
        let settings = Settings {
            profile: crate::facts::Profile::Unlimited,
            ..Settings::default()
        };
        assert!(!Budget::new(&settings).is_limited());
    }

    #[test]
    fn limits_change_while_it_runs_and_what_was_sent_stays_sent() {
        let mut budget = budget(10.0, 3);
        for _ in 0..3 {
            assert_eq!(
                budget.spend(mail(1, 0), Instant(0)),
                QuotaDecision::Accepted
            );
        }
        assert_eq!(budget.spend(mail(1, 0), Instant(0)), QuotaDecision::Quota);
        let limits = Limits {
            daily: Some(4),
            ..budget.limits()
        };
        budget.change(limits, Instant(0));
        assert_eq!(budget.used(Instant(0)).day_sent, Some(3));
        assert_eq!(
            budget.spend(mail(1, 0), Instant(0)),
            QuotaDecision::Accepted
        );
        let slow = Limits {
            rate: Some(1.0),
            daily: None,
            ..limits
        };
        budget.change(slow, Instant(0));
        // Of 10 tokens 6 were left; now there is room for one.
        assert_eq!(budget.used(Instant(0)).rate_left, Some(1.0));
        assert_eq!(
            budget.spend(mail(1, 0), Instant(0)),
            QuotaDecision::Accepted
        );
        assert_eq!(
            budget.spend(mail(1, 0), Instant(0)),
            QuotaDecision::Throttled
        );
        budget.reset();
        assert_eq!(
            budget.spend(mail(1, 0), Instant(0)),
            QuotaDecision::Accepted
        );
    }

    #[test]
    fn what_was_used_stays_used_where_there_is_no_limit_for_a_while() {
        let mut budget = budget(2.0, 3);
        let limits = budget.limits();
        for _ in 0..2 {
            assert_eq!(
                budget.spend(mail(1, 0), Instant(0)),
                QuotaDecision::Accepted
            );
        }
        let none = Limits {
            rate: None,
            burst: None,
            daily: None,
        };
        budget.change(none, Instant(0));
        budget.change(none, Instant(0));
        assert!(budget.is_limited(), "the day has to be counted");
        assert_eq!(budget.used(Instant(0)).rate_left, None);
        for _ in 0..5 {
            assert_eq!(
                budget.spend(mail(1, 0), Instant(0)),
                QuotaDecision::Accepted
            );
        }
        let daily = Some(8);
        budget.change(Limits { daily, ..limits }, Instant(0));
        let used = budget.used(Instant(0));
        assert_eq!((used.rate_left, used.day_sent), (Some(0.0), Some(7)));
        assert_eq!(
            budget.spend(mail(1, 0), Instant(0)),
            QuotaDecision::Throttled
        );
        assert_eq!(
            budget.spend(mail(1, 0), Instant(1_000_000_000)),
            QuotaDecision::Accepted
        );
        assert_eq!(
            budget.spend(mail(1, 0), Instant(1_000_000_000)),
            QuotaDecision::Quota
        );
    }
}
