//! The quota of an account in virtual time, rate and day together: the decision is the
//! mock's.

use sesbench_mock::{Instant as MockInstant, Limits, Mail, QuotaDecision, SendingBudget as Budget};

use crate::vocabulary::Instant;

/// What SES replies to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuotaReply {
    /// It was accepted, and counted.
    Accepted,
    /// 454: above the sending rate.
    Throttled,
    /// 454: the quota of 24 hours is used up.
    DayUsed,
}

/// An account's limits and what is used of them. A burst of one second is accepted.
#[derive(Debug)]
pub(crate) struct AccountQuota {
    limits: Limits,
    budget: Budget,
}

impl AccountQuota {
    /// Limits in recipients; none: no limit. Nothing is used yet.
    pub(crate) fn new(rate_per_s: Option<f64>, per_day: Option<u64>) -> Self {
        let limits = Limits {
            rate: rate_per_s,
            burst: None,
            daily: per_day,
        };
        Self {
            limits,
            budget: Budget::with_limits(limits),
        }
    }

    /// Counts recipients as accepted just before `now`, as far as the day has room; the
    /// rate has recovered from them.
    pub(crate) fn add_sent(&mut self, recipients: u64, now: Instant) {
        let Some(per_day) = self.limits.daily else {
            return;
        };
        let no_rate = Limits {
            rate: None,
            ..self.limits
        };
        self.budget.change(no_rate, at(now));
        let mut left = recipients.min(per_day.saturating_sub(self.sent_in_24h(now)));
        while left > 0 {
            let some = u32::try_from(left).unwrap_or(u32::MAX);
            let _ = self.budget.spend(mail(some), at(now));
            left -= u64::from(some);
        }
        self.budget.change(self.limits, at(now));
    }

    /// A message at `now`, which is not before the last one.
    pub(crate) fn send(&mut self, recipients: u32, now: Instant) -> QuotaReply {
        match self.budget.spend(mail(recipients), at(now)) {
            QuotaDecision::Accepted => QuotaReply::Accepted,
            QuotaDecision::Throttled | QuotaDecision::ThrottledV2 => QuotaReply::Throttled,
            QuotaDecision::Quota => QuotaReply::DayUsed,
        }
    }

    /// Recipients of the previous 24 hours; zero where they are not limited.
    pub(crate) fn sent_in_24h(&mut self, now: Instant) -> u64 {
        self.budget.used(at(now)).day_sent.unwrap_or_default()
    }
}

const fn mail(recipients: u32) -> Mail {
    Mail {
        recipients,
        simulated: 0,
        v2: false,
    }
}

fn at(now: Instant) -> MockInstant {
    MockInstant(now.nanos())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_rate_refuses_for_a_moment_and_the_day_for_the_rest_of_it() {
        let start = Instant::from_nanos(5);
        let mut account = AccountQuota::new(Some(10.0), Some(24));
        account.add_sent(6, start);
        let mut sent = |now| {
            let reply = account.send(1, now);
            (reply, account.sent_in_24h(now))
        };
        for number in 7..=16 {
            assert_eq!(sent(start), (QuotaReply::Accepted, number));
        }
        assert_eq!(sent(start), (QuotaReply::Throttled, 16));
        let later = start + Duration::from_secs(2);
        for number in 17..=24 {
            assert_eq!(sent(later), (QuotaReply::Accepted, number));
        }
        assert_eq!(sent(later), (QuotaReply::DayUsed, 24));
        let next_day = later + Duration::from_secs(86_460);
        assert_eq!(sent(next_day), (QuotaReply::Accepted, 1));
    }

    #[test]
    fn what_was_sent_before_fills_the_day_and_not_the_rate() {
        let start = Instant::from_nanos(0);
        let mut full = AccountQuota::new(Some(10.0), Some(20));
        full.add_sent(50, start);
        assert_eq!(full.sent_in_24h(start), 20);
        assert_eq!(full.send(1, start), QuotaReply::DayUsed);
        let mut wide = AccountQuota::new(Some(10.0), None);
        wide.add_sent(50, start);
        assert_eq!(wide.send(1, start), QuotaReply::Accepted);
        let mut partly = AccountQuota::new(Some(10.0), Some(100));
        partly.add_sent(50, start);
        let accepted = (0..60).filter(|_| partly.send(1, start) == QuotaReply::Accepted);
        assert_eq!(accepted.count(), 10);
    }
}
