//! Watches a step: ends it when the backlog grows and grows, and keeps when the first
//! message was refused by rate.

use crate::analysis::search::Backlog;
use crate::app::run::Watch;
use crate::measure::{Measurements, OutcomeScope, Second, Window};
use crate::vocabulary::{Outcome, StopReason};

/// What is seen of a step while it goes on.
#[derive(Clone, Debug)]
pub(in crate::app) struct StepWatch {
    backlog: Backlog,
    /// Seconds from the start to the first 454 that refused a message by rate.
    pub(in crate::app) first_throttled_s: Option<f64>,
    /// The second at the end of which the step was given up, and the messages that
    /// waited then.
    pub(in crate::app) given_up: Option<(u32, u64)>,
}

impl StepWatch {
    /// Of a step with that many messages per second.
    pub(in crate::app) fn new(messages_per_s: f64) -> Self {
        Self {
            backlog: Backlog::new(messages_per_s),
            first_throttled_s: None,
            given_up: None,
        }
    }
}

impl Watch for StepWatch {
    fn on_second(&mut self, second: &Second, measured: &Measurements) -> Option<StopReason> {
        let rows = measured.outcomes().rows();
        let throttled = rows.filter(|row| {
            row.scope != OutcomeScope::Session && row.outcome == Some(Outcome::Throttled)
        });
        let first = throttled.map(|row| row.first).min();
        self.first_throttled_s = first.map(|first| measured.seconds_at(first));
        if second.window == Window::Drain || self.given_up.is_some() {
            return None;
        }
        let waiting = second.gauges.backlog;
        if !self.backlog.second(waiting) {
            return None;
        }
        self.given_up = Some((second.t_s + 1, waiting));
        Some(StopReason::BacklogGrew)
    }
}
