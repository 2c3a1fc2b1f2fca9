//! The recipients of all steps together, which `target.max_recipients` limits.
//!
//! A step begins only if there is room for its whole schedule; its run has what is left
//! as its own ceiling, so that retries do not exceed it either.

use super::carry_out::Searching;
use super::step_plan;
use super::stop::Stop;
use crate::run::{self, Finished, Status};
use crate::scenario::Plan;

impl Searching<'_> {
    /// The recipients of a run that broke off, as far as its folder has them; of one
    /// that cannot be read, all of its schedule.
    pub(super) fn sent(&self, number: usize, plan: &Plan) -> u64 {
        let folder = self.series.run(number);
        match folder.exists() {
            true => run::read(&folder).map_or_else(
                |_| step_plan::recipients(plan),
                |run| step_plan::sent(&run, plan),
            ),
            false => 0,
        }
    }

    /// Counts the recipients of a run, also of one that is not a step: it was
    /// interrupted, or the ceiling cut it off.
    pub(super) fn count_recipients(&mut self, run: &Finished, plan: &Plan) -> Result<u64, Stop> {
        let each = u64::from(plan.message.recipients.get());
        let recipients = step_plan::sent(run, plan);
        self.record.recipients = self.record.recipients.saturating_add(recipients);
        if run.record.status == Status::Interrupted {
            return Err(Stop::interrupted());
        }
        match plan.target.ceilings.max_recipients {
            Some(most) if recipients.saturating_add(each) > most => Err(self.no_room()),
            _ => Ok(recipients),
        }
    }

    /// Fails if the step would exceed the ceiling of recipients.
    pub(super) fn has_room(&self, plan: &Plan) -> Result<(), Stop> {
        let most = plan.target.ceilings.max_recipients;
        match most.is_some_and(|most| step_plan::recipients(plan) >= most) {
            true => Err(self.no_room()),
            false => Ok(()),
        }
    }

    pub(super) fn no_room(&self) -> Stop {
        let most = self.request.plan.target.ceilings.max_recipients;
        Stop::inconclusive(format!(
            "target.max_recipients: {} leaves no room for the next step: {} are used; raise it, \
             or use shorter steps (--step-duration)",
            most.unwrap_or_default(),
            self.record.recipients
        ))
    }
}
