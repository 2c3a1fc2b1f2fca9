//! Capacity planning: from what must be sent to the quota to ask for, the sessions
//! and machines that send it, and the cost.
//!
//! [`CapacityPlan::new`] puts the parts together, and [`Verification`] compares its
//! figures with what the mock's account and runs show. Where the figures come from and how
//! they are shown is decided in `app` and `output`.

mod back_off;
mod campaign;
mod campaign_trial;
mod check;
mod cost;
mod day;
mod day_trial;
mod demand;
mod durations;
mod hours;
mod load_test;
mod machine;
mod plan;
mod pool;
mod question;
mod quota;
mod rate_table;
mod regions;
mod session_plan;
mod sessions;
#[cfg(test)]
mod tests;
mod throttling;
mod timeline;
mod verification;
mod verify_day;

pub(crate) use back_off::BackOff;
pub(crate) use campaign::Campaign;
pub(crate) use check::{Check, Relation, Unit};
pub(crate) use demand::{Demand, Volume};
pub(crate) use durations::Durations;
pub(crate) use load_test::{LoadTest, RunFigures};
pub(crate) use machine::{LOCAL_PORTS, Machine, MachineLoad};
pub(crate) use plan::{CampaignPlan, CapacityPlan};
pub(crate) use question::{PresentQuota, Question, Sources};
pub(crate) use quota::{FinishTimes, SendQuota};
pub(crate) use verification::{Answer, PeakRun, RunOutcome, Subject, Verification, WhichQuota};
