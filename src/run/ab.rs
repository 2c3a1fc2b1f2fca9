//! `ab.json`: the record of a series that compares arms.
//!
//! It holds what the series needs to be continued; the figures are in the run folders.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::series::first_difference;
use super::{ScenarioRecord, SeriesKind, Status};
use crate::sys::machine::Machine;

/// The folders of such series.
pub(crate) const AB: SeriesKind = SeriesKind {
    parent: "results/ab",
    record: "ab.json",
};

/// The version of the format. It changes when a reader of the old format would misread
/// the new one.
const SCHEMA_VERSION: u32 = 1;

/// The content of `ab.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AbRecord {
    /// Version of the format.
    pub(crate) schema_version: u32,
    /// State of the series.
    pub(crate) status: Status,
    /// Id of the series.
    pub(crate) id: String,
    /// What the user wrote.
    pub(crate) scenario: ScenarioRecord,
    /// The key that differs.
    pub(crate) factor: String,
    /// Its values, the first being the one that the others are compared with.
    pub(crate) arms: Vec<ArmRecord>,
    /// Seed of the order and of the pairs.
    pub(crate) seed: u64,
    /// Pairs at most, without the discarded first one.
    pub(crate) most_pairs: usize,
    /// The figures that the user asks for, and the smallest change that matters.
    pub(crate) question: String,
    /// The machine and the program.
    pub(crate) machine: Machine,
    /// The runs of whole pairs, in the order in which they ran.
    pub(crate) runs: Vec<AbRunRecord>,
    /// Recipients of all runs so far, retries and interrupted runs included.
    pub(crate) recipients: u64,
    /// What the series decided; null before its end.
    #[serde(default)]
    pub(crate) result: Value,
}

/// One value of the factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ArmRecord {
    /// The value, as it was written.
    pub(crate) value: String,
    /// The hash of its plan.
    pub(crate) plan_hash: String,
    /// Its plan, without secrets.
    pub(crate) plan: Value,
}

/// One run of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AbRunRecord {
    /// The number of its folder.
    pub(crate) number: usize,
    /// The number of its pair; 0 is the discarded one.
    pub(crate) pair: usize,
    /// The number of its arm, from 0.
    pub(crate) arm: usize,
    /// Why it is not compared; null if it is.
    pub(crate) doubt: Option<String>,
}

impl AbRecord {
    /// The record of a series that is about to begin.
    pub(crate) fn new(
        id: String,
        scenario: ScenarioRecord,
        factor: String,
        arms: Vec<ArmRecord>,
        question: String,
        (seed, most_pairs): (u64, usize),
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            status: Status::Running,
            id,
            scenario,
            factor,
            arms,
            seed,
            most_pairs,
            question,
            machine: Machine::gather(),
            runs: Vec::new(),
            recipients: 0,
            result: Value::Null,
        }
    }

    /// Why `other`, asked for now, is not the same series: a phrase for an error; none if
    /// it is.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let differs = |what: &str, old: &dyn std::fmt::Display, new: &dyn std::fmt::Display| {
            Some(format!("{what} was {old}, is {new}"))
        };
        if self.schema_version != other.schema_version {
            let (old, new) = (self.schema_version, other.schema_version);
            return differs("schema_version", &old, &new);
        }
        if let Some(difference) = self.machine.difference(&other.machine) {
            return Some(difference);
        }
        if self.factor != other.factor {
            return differs("the factor", &self.factor, &other.factor);
        }
        let values = |record: &Self| {
            let values = record.arms.iter().map(|arm| arm.value.as_str());
            values.collect::<Vec<_>>().join(",")
        };
        if values(self) != values(other) {
            return differs(&self.factor, &values(self), &values(other));
        }
        if self.question != other.question {
            return differs("the question", &self.question, &other.question);
        }
        if self.seed != other.seed {
            return differs("seed", &self.seed, &other.seed);
        }
        if self.most_pairs != other.most_pairs {
            return differs("the number of pairs", &self.most_pairs, &other.most_pairs);
        }
        let arms = self.arms.iter().zip(&other.arms);
        arms.filter(|(old, new)| old.plan_hash != new.plan_hash)
            .find_map(|(old, new)| {
                let found = first_difference("plan", &old.plan, &new.plan);
                found.or(differs("the plan", &old.plan_hash, &new.plan_hash))
            })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(plan: Value) -> AbRecord {
        let arm = |value: &str| ArmRecord {
            value: value.to_owned(),
            plan_hash: plan.to_string(),
            plan: plan.clone(),
        };
        AbRecord::new(
            "id".to_owned(),
            ScenarioRecord::default(),
            "target.tls".to_owned(),
            vec![arm("starttls"), arm("wrapper")],
            "the usual figures".to_owned(),
            (1, 20),
        )
    }

    #[test]
    fn a_series_is_read_back_as_it_was_written() {
        let mut record = record(json!({ "load": 1 }));
        record.runs.push(AbRunRecord {
            number: 1,
            pair: 0,
            arm: 1,
            doubt: Some("late".to_owned()),
        });
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<AbRecord>(&text).unwrap(), record);
    }

    #[test]
    fn what_differs_from_the_series_asked_for_is_named() {
        let old = record(json!({ "load": { "sessions": 5, "rate": "9/s" } }));
        let other = |change: &dyn Fn(&mut AbRecord)| {
            let mut other = old.clone();
            change(&mut other);
            old.difference(&other)
        };
        assert_eq!(other(&|_| {}), None);
        // A seed is drawn for each run of a series, so that it is not in the hash.
        for (change, expected) in [
            (
                &(|other: &mut AbRecord| other.factor = "load.rate".to_owned())
                    as &dyn Fn(&mut AbRecord),
                "the factor was target.tls, is load.rate",
            ),
            (
                &|other| other.arms[1].value = "none".to_owned(),
                "target.tls was starttls,wrapper, is starttls,none",
            ),
            (&|other| other.seed = 2, "seed was 1, is 2"),
            (
                &|other| other.question = "at least 5%".to_owned(),
                "the question was the usual figures, is at least 5%",
            ),
            (
                &|other| other.most_pairs = 10,
                "the number of pairs was 20, is 10",
            ),
            (
                &|other| {
                    *other = record(json!({ "load": { "sessions": 6, "rate": "9/s" } }));
                },
                "plan.load.sessions was 5, is 6",
            ),
            (
                &|other| other.machine.version = "0.0.1".to_owned(),
                concat!("sesbench ", env!("CARGO_PKG_VERSION"), ", this is 0.0.1"),
            ),
        ] {
            assert_eq!(other(change).as_deref(), Some(expected));
        }
    }
}
