//! `verify.json`: the record of a verification, written again after each of its runs.
//!
//! It holds what a verification needs to go on, and what it found; the figures of a run
//! are in its run folder.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::series::first_difference;
use super::{SeriesKind, Status};
use crate::analysis::capacity::{Verification, WhichQuota};
use crate::sys::machine::Machine;

/// The folders of verifications.
pub(crate) const VERIFY: SeriesKind = SeriesKind {
    parent: "results/verify",
    record: "verify.json",
};

/// The version of the format. It changes when a reader of the old format would misread
/// the new one.
pub(crate) const VERIFY_VERSION: u32 = 1;

/// The content of `verify.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct VerifyRecord {
    /// Version of the format.
    pub(crate) schema_version: u32,
    /// State of the verification.
    pub(crate) status: Status,
    /// Its id.
    pub(crate) id: String,
    /// How the plan is verified.
    pub(crate) arguments: VerifyArguments,
    /// The plan, without what describes the sources of its figures.
    pub(crate) plan: Value,
    /// The machine and the program.
    pub(crate) machine: Machine,
    /// How often it was resumed.
    pub(crate) resumed: u32,
    /// What was found; before the end, what is known so far.
    pub(crate) verification: Verification,
}

/// How a plan is verified.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct VerifyArguments {
    /// The quota of the run at the peak.
    pub(crate) quota: WhichQuota,
    /// The sessions of the runs.
    pub(crate) sessions: u64,
    /// Measured seconds of each run.
    pub(crate) lengths_s: Vec<f64>,
}

impl VerifyRecord {
    /// Why `now`, what is asked for now, cannot go on with this verification: a phrase
    /// for an error; none if it can.
    pub(crate) fn difference(&self, now: &Self) -> Option<String> {
        if self.schema_version != now.schema_version {
            let (old, new) = (self.schema_version, now.schema_version);
            return Some(format!("schema_version was {old}, is {new}"));
        }
        if let Some(difference) = self.machine.difference(&now.machine) {
            return Some(difference);
        }
        let arguments = |record: &Self| serde_json::to_value(&record.arguments);
        if let (Ok(old), Ok(new)) = (arguments(self), arguments(now))
            && let Some(found) = first_difference("", &old, &new)
        {
            return Some(found);
        }
        first_difference("plan", &self.plan, &now.plan)
    }
}
