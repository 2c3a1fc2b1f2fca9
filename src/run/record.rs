//! `run.json`: what was asked, the machine, the target, and the results.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RunId;
use super::cpu::Cpu;
use super::target_facts::TargetFacts;
use super::totals::{ConnectionCounts, SessionCounts, Totals};
use super::verdict_record::{DiagnosisRecord, FindingRecord, VerdictRecord};
use crate::measure::{FigureSource, Measurements};
use crate::sys::environment::Environment;

/// The version of the format. It changes when a reader of the old format would
/// misread the new one.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// The content of `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Record {
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
    pub schema_version: u32,
    /// State of the run.
    pub status: Status,
    /// Id of the run.
    pub run_id: String,
    /// Version of the program.
    pub version: String,
    /// Commit it was built from, if known: not in debug builds.
    pub git_commit: Option<String>,
    /// Start of the schedule, in UTC (RFC 3339); none if it never started.
    pub start: Option<String>,
    /// Seconds from the start to the last event, drain included.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub duration_s: f64,
    /// Length of the measured window, in seconds.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub window_s: f64,
    /// What the user wrote.
    pub scenario: ScenarioRecord,
    /// The plan made from it, without secrets.
    #[cfg_attr(test, schemars(extend("type" = "object")))]
    pub plan: Value,
    /// Equal for runs with the same plan.
    pub plan_hash: String,
    /// The command line, without secrets; empty in runs of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(extend("default" = [])))]
    pub command_line: Vec<String>,
    /// Seed of the random number generator.
    pub seed: u64,
    /// The part of the plan in this run; none if it is the whole plan.
    pub shard: Option<ShardRecord>,
    /// The machine.
    pub environment: Environment,
    /// The target.
    pub target: TargetFacts,
    /// Messages of the whole run.
    pub totals: Totals,
    /// Messages intended in the measured window.
    pub window: Totals,
    /// Sessions of the whole run.
    pub sessions: SessionCounts,
    /// Connections of the whole run; none if it did not end, and in runs of older
    /// versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("default" = null)))]
    pub connections: Option<ConnectionCounts>,
    /// Attempts of the whole run.
    pub attempts: AttemptCounts,
    /// Rates over the measured window.
    pub rate: Rates,
    /// Processor time.
    pub cpu: Cpu,
    /// The report of the embedded mock; null without one.
    pub mock: Value,
    /// Diagnoses of the outcomes, the most frequent first.
    #[serde(default)]
    pub diagnoses: Vec<DiagnosisRecord>,
    /// Findings about the run itself.
    pub health: Vec<FindingRecord>,
    /// The verdict; none while the run is in progress.
    pub verdict: Option<VerdictRecord>,
}

/// State of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In progress, or killed.
    Running,
    /// Ended as planned.
    Finished,
    /// Ended early: Ctrl-C, SIGTERM or SIGHUP.
    Interrupted,
    /// Ended early: the target could not be used, a thread of the run failed, or a
    /// threshold with `abort_on_fail` was missed.
    Aborted,
}

/// What the user wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScenarioRecord {
    /// Its name.
    pub name: String,
    /// The text of its file; none without a file. Scenario files contain no secrets.
    pub text: Option<String>,
}

/// One of several parts of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShardRecord {
    /// Number of the part, from 1.
    pub index: u32,
    /// Number of parts.
    pub of: u32,
}

/// Counts of attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AttemptCounts {
    /// Attempts begun.
    pub started: u64,
    /// Of those, the ones that were not their message's first.
    pub retries: u64,
}

/// Rates over the measured window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rates {
    /// Messages per second that the schedule asked for; none in the closed model.
    pub target_per_s: Option<f64>,
    /// First attempts started in time, per second.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub achieved_per_s: f64,
    /// First attempts started in time, as a share of the messages scheduled.
    pub achieved_share: Option<f64>,
    /// Messages accepted per second.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub goodput_per_s: f64,
}

impl Record {
    /// The record of a run that is about to begin.
    pub fn new(
        id: &RunId,
        scenario: ScenarioRecord,
        plan: Value,
        plan_hash: String,
        seed: u64,
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            status: Status::Running,
            run_id: id.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            git_commit: option_env!("SESBENCH_GIT_COMMIT").map(str::to_owned),
            start: None,
            duration_s: 0.0,
            window_s: 0.0,
            scenario,
            plan,
            plan_hash,
            command_line: Vec::new(),
            seed,
            shard: None,
            environment: Environment::gather(),
            target: TargetFacts::default(),
            totals: Totals::default(),
            window: Totals::default(),
            sessions: SessionCounts::default(),
            connections: None,
            attempts: AttemptCounts::default(),
            rate: Rates::default(),
            cpu: Cpu::default(),
            mock: Value::Null,
            diagnoses: Vec::new(),
            health: Vec::new(),
            verdict: None,
        }
    }

    /// Copies everything that was measured. `origin` is the wall clock at the run's
    /// origin.
    pub(super) fn measure(&mut self, measured: &Measurements, origin: SystemTime) {
        let (counts, timeline) = (measured.counts(), measured.timeline());
        self.start = timeline.start().map(|start| {
            let start = origin + start.since(crate::vocabulary::Instant::ORIGIN);
            humantime::format_rfc3339_millis(start).to_string()
        });
        self.duration_s = measured.duration().as_secs_f64();
        self.window_s = measured.seconds();
        self.totals = (&counts.messages).into();
        self.window = (&counts.window).into();
        self.sessions = (&counts.sessions).into();
        self.attempts.started = counts.attempts.started;
        self.attempts.retries = counts.attempts.retries;
        self.rate.achieved_per_s = measured.achieved_rate();
        self.rate.goodput_per_s = measured.goodput();
        let scheduled = counts.window.scheduled;
        self.rate.achieved_share =
            (scheduled > 0).then(|| measured.started_in_time() as f64 / scheduled as f64);
    }
}
