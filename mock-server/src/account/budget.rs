//! What an account may still send: its rate and its day, asked together.
//!
//! Both count recipients. A refusal by either costs neither. The mailbox
//! simulator's recipients are bound by the rate and free of the daily quota
//! (SES Developer Guide, "Using the mailbox simulator").

use super::bucket::Bucket;
use super::window::Window;
use crate::nanos::Nanos;
use crate::settings::Settings;

/// Whether a message may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Yes, and it was counted.
    Accepted,
    /// No: the sending rate is used up.
    Throttled,
    /// No: the sending rate of version 2 credentials is used up.
    ThrottledV2,
    /// No: the daily quota is used up.
    Quota,
}

/// What is to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mail {
    /// All recipients.
    pub(crate) recipients: u32,
    /// Those of the mailbox simulator.
    pub(crate) simulated: u32,
    /// Sent by a user with a version 2 password.
    pub(crate) v2: bool,
}

#[derive(Debug)]
pub(super) struct Budget {
    rate: Option<Bucket>,
    /// For users with a version 2 password, beside `rate`.
    rate_v2: Option<Bucket>,
    day: Option<Window>,
}

impl Budget {
    /// The limits in `settings`, or `None` when there are none.
    pub(super) fn new(settings: &Settings) -> Option<Budget> {
        let quota = settings.profile.quota();
        let rate = settings.rate.or(quota.rate);
        let day = settings.daily.or(quota.daily);
        let rate_v2 = settings.sigv2_rate;
        (rate.is_some() || rate_v2.is_some() || day.is_some()).then(|| Budget {
            rate: rate.map(|rate| Bucket::new(rate, settings.burst)),
            rate_v2: rate_v2.map(|rate| Bucket::new(rate, None)),
            day: day.map(Window::new),
        })
    }

    pub(super) fn spend(&mut self, mail: Mail, now: Nanos) -> Verdict {
        let counted = mail.recipients - mail.simulated;
        // Whoever has spent the day hears of the day, however fast he asks.
        let day = self.day.as_mut().filter(|_| counted > 0);
        if day.is_some_and(|day| !day.admits(counted, now)) {
            return Verdict::Quota;
        }
        if self.rate.as_mut().is_some_and(|rate| !rate.admits(now)) {
            return Verdict::Throttled;
        }
        let mut rate_v2 = self.rate_v2.as_mut().filter(|_| mail.v2);
        if rate_v2.as_mut().is_some_and(|rate| !rate.admits(now)) {
            return Verdict::ThrottledV2;
        }
        for rate in self.rate.iter_mut().chain(rate_v2) {
            rate.take(mail.recipients);
        }
        if let Some(day) = self.day.as_mut().filter(|_| counted > 0) {
            day.take(counted);
        }
        Verdict::Accepted
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
        Budget::new(&settings).unwrap()
    }

    fn mail(recipients: u32, simulated: u32) -> Mail {
        Mail {
            recipients,
            simulated,
            v2: false,
        }
    }

    #[test]
    fn version_2_has_a_rate_of_its_own_beside_the_account_s() {
        let settings = Settings {
            sigv2_rate: Some(1.0),
            ..Settings::default()
        };
        let mut budget = Budget::new(&settings).unwrap();
        let old = Mail {
            v2: true,
            ..mail(1, 0)
        };
        assert_eq!(budget.spend(old, Nanos(0)), Verdict::Accepted);
        assert_eq!(budget.spend(old, Nanos(0)), Verdict::ThrottledV2);
        // What was refused cost the account nothing: 13 of 14 are left.
        for _ in 0..13 {
            assert_eq!(budget.spend(mail(1, 0), Nanos(0)), Verdict::Accepted);
        }
        assert_eq!(budget.spend(old, Nanos(1)), Verdict::Throttled);
    }

    #[test]
    fn tells_the_rate_from_the_day() {
        let mut budget = budget(1.0, 2);
        assert_eq!(budget.spend(mail(1, 0), Nanos(0)), Verdict::Accepted);
        assert_eq!(budget.spend(mail(1, 0), Nanos(0)), Verdict::Throttled);
        assert_eq!(
            budget.spend(mail(1, 0), Nanos(1_000_000_000)),
            Verdict::Accepted
        );
        assert_eq!(
            budget.spend(mail(1, 0), Nanos(5_000_000_000)),
            Verdict::Quota
        );
    }

    #[test]
    fn the_simulator_is_bound_by_the_rate_only() {
        let mut budget = budget(1.0, 0);
        assert_eq!(budget.spend(mail(1, 1), Nanos(0)), Verdict::Accepted);
        assert_eq!(budget.spend(mail(1, 1), Nanos(0)), Verdict::Throttled);
        assert_eq!(budget.spend(mail(2, 1), Nanos(0)), Verdict::Quota);
    }

    #[test]
    fn refusals_cost_nothing() {
        let mut budget = budget(1.0, 1000);
        assert_eq!(budget.spend(mail(1, 0), Nanos(0)), Verdict::Accepted);
        for n in 1..1000 {
            assert_eq!(
                budget.spend(mail(1, 0), Nanos(n * 1_000_000)),
                Verdict::Throttled
            );
        }
        assert_eq!(
            budget.spend(mail(1, 0), Nanos(1_000_000_000)),
            Verdict::Accepted
        );
    }

    #[test]
    fn unlimited_has_no_budget_to_keep() {
        let settings = Settings {
            profile: crate::facts::Profile::Unlimited,
            ..Settings::default()
        };
        assert!(Budget::new(&settings).is_none());
    }
}
