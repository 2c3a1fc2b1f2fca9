//! What to run: a plan, and the options that do not change what is measured.

use std::path::PathBuf;

use secrecy::SecretString;

use super::MetricsOptions;
use crate::analysis::verdict::Figure;
use crate::app::results::ResultOptions;
use crate::app::start_at::StartAt;
use crate::output::progress::Mode;
use crate::run::Finished;
use crate::scenario::{Plan, Source};

/// What to run.
pub(crate) struct Request {
    /// The whole plan; a shard takes its share here.
    pub plan: Plan,
    /// The source of the plan.
    pub source: Source,
    /// Options that do not change what is measured.
    pub options: Options,
    /// The user's secret access key, to diagnose refused credentials.
    pub secret: Option<SecretString>,
}

/// Options that do not change what is measured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Folder for the results; `None`: one named after the run.
    pub out: Option<PathBuf>,
    /// How the result is shown.
    pub result: ResultOptions<Finished>,
    /// No `report.html`.
    pub no_report: bool,
    /// No notes on standard error.
    pub quiet: bool,
    /// How progress is shown on standard error.
    pub progress: Mode,
    /// The line of the series that the run belongs to, for the progress.
    pub heading: Option<String>,
    /// File for every event of the run.
    pub trace: Option<PathBuf>,
    /// The figures that a series compares with those of other runs: the findings name
    /// those of them that measure the generator.
    pub compared: Vec<Figure>,
    /// What is left of the ceiling on recipients that several runs share.
    pub recipients_left: Option<u64>,
    /// The common start time of all shards.
    pub start_at: Option<StartAt>,
    /// Where the metrics are served while it runs.
    pub metrics: Option<MetricsOptions>,
}
