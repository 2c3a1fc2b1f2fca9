//! `abort_on_fail`: ends a run that is sure to miss a threshold.

use std::time::Duration;

use super::Watch;
use crate::analysis::verdict::{AbortOnFail, Missed};
use crate::measure::{Measurements, Second, Window};
use crate::scenario::Plan;
use crate::vocabulary::StopReason;

/// Asks the thresholds once a second, and remembers the one that ended the run.
pub(super) struct AbortWatch {
    thresholds: AbortOnFail,
    missed: Option<Missed>,
}

impl AbortWatch {
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            thresholds: AbortOnFail::new(&plan.thresholds, plan.load.warm_up),
            missed: None,
        }
    }

    /// The first threshold that the run was sure to miss.
    pub(super) fn missed(&self) -> Option<Missed> {
        self.missed
    }
}

impl Watch for AbortWatch {
    fn on_second(&mut self, second: &Second, measured: &Measurements) -> Option<StopReason> {
        if self.missed.is_some() || second.window == Window::Drain {
            return None;
        }
        let at = Duration::from_secs(u64::from(second.t_s) + 1);
        self.missed = self.thresholds.check(at, measured);
        self.missed.map(|_| StopReason::ThresholdMissed)
    }
}
