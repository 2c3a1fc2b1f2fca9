//! Consumers of the stream of events: counts, and the report on clients.
//!
//! They decide what is stored and reported of the events of all sessions. They
//! change nothing in a session, do not use the account and read no clock.

mod counters;
pub mod judge;

use self::counters::Counters;
pub use self::counters::Counts;
use self::judge::{Judge, Report};
use crate::facts::Quota;
use crate::protocol::{Event, Instant, Interest, Observer};
use crate::settings::Settings;

/// All observers of a server. They are fields, not a list, so that events are
/// dispatched statically.
#[derive(Debug)]
pub struct Observers {
    counters: Counters,
    judge: Option<Judge>,
}

impl Observers {
    /// The observers that `settings` enable.
    #[must_use]
    pub fn new(settings: &Settings) -> Observers {
        Observers {
            counters: Counters::default(),
            judge: settings.judge.unwrap_or(true).then(Judge::default),
        }
    }

    /// The counts since the start or the last reset.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counters.read()
    }

    /// The report on clients at `now`, unless the judge is off. `quota` is what
    /// the account allows.
    #[must_use]
    pub(crate) fn report(&self, now: Instant, quota: Quota) -> Option<Report> {
        let judge = self.judge.as_ref()?;
        Some(judge.report(now, quota))
    }

    /// Resets counts and report at `now`. Open sessions continue.
    pub(crate) fn reset(&self, now: Instant) {
        self.counters.reset();
        if let Some(judge) = &self.judge {
            judge.reset(now);
        }
    }
}

impl Observer for Observers {
    fn interest(&self) -> Interest {
        self.judge
            .as_ref()
            .map_or_else(Interest::default, Judge::interest)
    }

    #[inline]
    fn on_event(&self, session: u64, now: Instant, event: &Event<'_>) {
        self.counters.on_event(session, now, event);
        if let Some(judge) = &self.judge {
            judge.on_event(session, now, event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_judge_sessions_need_to_find_out_nothing() {
        let observers = |judge| {
            let settings = Settings {
                judge,
                ..Settings::default()
            };
            Observers::new(&settings)
        };
        let quota = Quota {
            daily: None,
            rate: None,
        };
        for on in [None, Some(true)] {
            let interest = observers(on).interest();
            assert!(interest.message_ids && interest.undelivered_replies && interest.late_clients);
            assert!(observers(on).report(Instant(0), quota).is_some());
        }
        let off = observers(Some(false));
        assert_eq!(off.interest(), Interest::default());
        assert_eq!(off.report(Instant(0), quota), None);
    }

    #[test]
    fn each_event_reaches_counters_and_judge_and_a_reset_forgets_both() {
        let observers = Observers::new(&Settings::default());
        let quota = Quota {
            daily: None,
            rate: None,
        };
        let opened = || {
            let report = observers.report(Instant(1), quota).unwrap();
            (observers.counts().connections, report.connections.opened)
        };
        observers.on_event(0, Instant(0), &Event::Connected { wrapper: false });
        assert_eq!(opened(), (1, 1));
        observers.reset(Instant(1));
        assert_eq!(opened(), (0, 0));
    }
}
