//! Capacity planning: from what must be sent to the quota to ask for, the sessions
//! and machines that send it, and the cost.
//!
//! [`CapacityPlan::new`] puts the parts together. Where the figures come from and how
//! they are shown is decided in `app` and `output`.

mod back_off;
mod campaign;
mod demand;
mod durations;
mod hours;
mod machine;
mod plan;
mod pool;
mod quota;
mod sessions;
#[cfg(test)]
mod tests;
mod throttling;

pub(crate) use back_off::BackOff;
pub(crate) use campaign::Campaign;
pub(crate) use demand::{Demand, Volume};
pub(crate) use durations::Durations;
pub(crate) use machine::{LOCAL_PORTS, Machine};
pub(crate) use plan::{CampaignPlan, CapacityPlan, PresentQuota, Question, Sources};
pub(crate) use quota::{FinishTimes, SendQuota};
