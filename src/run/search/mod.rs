//! `search.json`: the record of a search, written again after each of its steps.
//!
//! It holds what the search needs to go on, and what its reports show; the figures of
//! a step are in its run folder.

mod answer;
mod step;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::series::first_difference;
use super::{ScenarioRecord, SeriesKind, Status};
use crate::sys::machine::Machine;
pub(crate) use answer::AnswerRecord;
#[cfg(test)]
pub(crate) use answer::NotMonotoneRecord;
pub(crate) use step::StepRecord;

/// The folders of searches.
pub(crate) const SEARCH: SeriesKind = SeriesKind {
    parent: "results/search",
    record: "search.json",
};

/// The version of the format. It changes when a reader of the old format would misread
/// the new one.
pub(crate) const SEARCH_VERSION: u32 = 1;

/// The content of `search.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SearchRecord {
    /// Version of the format.
    pub(crate) schema_version: u32,
    /// State of the search.
    pub(crate) status: Status,
    /// Id of the search.
    pub(crate) id: String,
    /// What the user wrote.
    pub(crate) scenario: ScenarioRecord,
    /// What is searched, and how.
    pub(crate) arguments: ArgumentsRecord,
    /// The plan of which each step varies the load, without secrets.
    pub(crate) plan: Value,
    /// Its hash.
    pub(crate) plan_hash: String,
    /// The seed that those of the steps are made from.
    pub(crate) seed: u64,
    /// The machine and the program.
    pub(crate) machine: Machine,
    /// How often the search was resumed.
    pub(crate) resumed: u32,
    /// Recipients of all steps so far, retries and interrupted steps included.
    pub(crate) recipients: u64,
    /// The steps that ended, in their order.
    pub(crate) steps: Vec<StepRecord>,
    /// The answer; before the end, what is known so far.
    pub(crate) answer: AnswerRecord,
}

/// What is searched, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ArgumentsRecord {
    /// `rate` or `sessions`.
    pub(crate) over: String,
    /// What a rate counts: `messages` or `recipients`.
    pub(crate) rate_unit: String,
    /// `constant` or `poisson`.
    pub(crate) arrivals: String,
    /// The rate of a search over sessions, as it was written.
    pub(crate) rate: Option<String>,
    /// The load of the first step.
    pub(crate) start: f64,
    /// The easiest load that may be used.
    pub(crate) easiest: f64,
    /// The hardest load that may be used.
    pub(crate) hardest: f64,
    /// The width of the bracket, as a share.
    pub(crate) precision: f64,
    /// Seconds of each step; null if they follow from its messages.
    pub(crate) step_s: Option<f64>,
    /// Messages of each step, unless its seconds are given.
    pub(crate) step_messages: Option<u64>,
    /// Minimum pause between two steps, in seconds.
    pub(crate) cool_down_s: f64,
    /// The thresholds of every step.
    pub(crate) thresholds: Vec<String>,
}

/// A search, as its folder holds it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SearchResult {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// Its record.
    pub(crate) record: SearchRecord,
}

impl SearchRecord {
    /// Why `now`, what is asked for now, cannot go on with this search: a phrase for
    /// an error; none if it can.
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
        if self.seed != now.seed {
            return Some(format!("seed was {}, is {}", self.seed, now.seed));
        }
        if self.plan_hash == now.plan_hash {
            return None;
        }
        let found = first_difference("plan", &self.plan, &now.plan);
        found.or_else(|| Some("another plan".to_owned()))
    }
}

/// Records for the tests of every folder.
#[cfg(test)]
pub(crate) mod testing {
    pub(crate) use super::step::tests::step;
    pub(crate) use super::tests::begun;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::search::{Answer, Ending};

    /// The record of a search that has just begun.
    pub(crate) fn begun() -> SearchRecord {
        let answer = Answer {
            ending: Ending::Stopped,
            held: None,
            failed: None,
            limit: None,
            throttling: None,
            not_monotone: None,
        };
        SearchRecord {
            schema_version: SEARCH_VERSION,
            status: Status::Running,
            id: "20261129T080000Z-smoke-0001".to_owned(),
            scenario: ScenarioRecord {
                name: "smoke".to_owned(),
                text: None,
            },
            arguments: ArgumentsRecord {
                over: "rate".to_owned(),
                rate_unit: "messages".to_owned(),
                arrivals: "constant".to_owned(),
                rate: None,
                start: 50.0,
                easiest: 0.5,
                hardest: 200.0,
                precision: 0.05,
                step_s: None,
                step_messages: Some(100),
                cool_down_s: 1.0,
                thresholds: vec!["outcome.accepted >= 99%".to_owned()],
            },
            plan: json!({"load": {"sessions": 10}}),
            plan_hash: "0123456789abcdef".to_owned(),
            seed: 1,
            machine: Machine::default(),
            resumed: 0,
            recipients: 0,
            steps: Vec::new(),
            answer: AnswerRecord::new(&answer, None),
        }
    }

    #[test]
    fn what_differs_from_an_earlier_search_is_named() {
        let before = begun();
        assert_eq!(before.difference(&before), None);
        let mut later = before.clone();
        later.arguments.precision = 0.1;
        let found = before.difference(&later).unwrap();
        assert_eq!(found, "precision was 0.05, is 0.1");
        let mut later = before.clone();
        later.plan_hash = "x".to_owned();
        later.plan = json!({"load": {"sessions": 12}});
        let found = before.difference(&later).unwrap();
        assert_eq!(found, "plan.load.sessions was 10, is 12");
        later.plan = before.plan.clone();
        assert_eq!(before.difference(&later).unwrap(), "another plan");
        let mut later = before.clone();
        later.machine.version = "9.9.9".to_owned();
        assert!(before.difference(&later).unwrap().contains("9.9.9"));
    }
}
