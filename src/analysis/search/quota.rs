//! Reads the account's sending rate from a step that it throttled.
//!
//! From the first 454 on, a token bucket admits exactly its rate, so the accepted
//! rate is the quota, within one message. Before, it admits what is offered: the
//! burst is what was offered above the quota until then.

/// The figures of a step with rate-454s, in the unit of the rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Throttled {
    /// The rate of the schedule.
    pub(crate) offered: f64,
    /// Seconds from the start to the first 454.
    pub(crate) first_s: f64,
    /// The time in which the accepted ones were counted, in seconds since the start.
    pub(crate) from_s: f64,
    /// Its end.
    pub(crate) to_s: f64,
    /// Accepted in that time.
    pub(crate) accepted: f64,
}

/// What a throttled step shows of the account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Throttling {
    /// The sending rate.
    pub(crate) quota: f64,
    /// What may be sent at once after a pause.
    pub(crate) burst: f64,
    /// The number of accepted that the quota is read from; its error is about one of
    /// them.
    pub(crate) accepted: f64,
}

/// With fewer, the error of the quota exceeds the bracket that is set around it.
const ENOUGH: f64 = 30.0;

impl Throttled {
    /// The quota and the burst; none if too little was accepted after the first 454,
    /// or if nothing was refused by rate.
    pub(crate) fn throttling(&self) -> Option<Throttling> {
        let from = self.first_s.max(self.from_s);
        let before = self.offered * (from - self.from_s);
        let (accepted, time) = (self.accepted - before, self.to_s - from);
        if accepted < ENOUGH || time <= 0.0 {
            return None;
        }
        let quota = accepted / time;
        (quota < self.offered).then_some(Throttling {
            quota,
            burst: (self.offered - quota) * self.first_s,
            accepted,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40/s against a quota of 20/s with a burst of 20: refused from the first second
    /// on.
    const STEP: Throttled = Throttled {
        offered: 40.0,
        first_s: 1.0,
        from_s: 0.0,
        to_s: 6.0,
        accepted: 140.0,
    };

    #[test]
    fn quota_and_burst_follow_from_what_was_accepted_after_the_first_454() {
        let read = STEP.throttling().unwrap();
        assert_eq!((read.quota, read.burst, read.accepted), (20.0, 20.0, 100.0));
        // With a warm-up, of which nothing was counted.
        let warmed = Throttled {
            from_s: 2.0,
            accepted: 80.0,
            ..STEP
        };
        let read = warmed.throttling().unwrap();
        assert_eq!((read.quota, read.burst, read.accepted), (20.0, 20.0, 80.0));
    }

    #[test]
    fn what_shows_no_quota_reads_none() {
        let few = Throttled {
            to_s: 2.0,
            accepted: 60.0,
            ..STEP
        };
        assert_eq!(few.throttling(), None);
        let late = Throttled {
            first_s: 6.0,
            accepted: 240.0,
            ..STEP
        };
        assert_eq!(late.throttling(), None);
        let all = Throttled {
            accepted: 245.0,
            ..STEP
        };
        assert_eq!(all.throttling(), None);
    }
}
