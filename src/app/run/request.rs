//! What to run: a plan, and the options that do not change what is measured.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::MetricsOptions;
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

impl Request {
    /// The files that the user gave, and what each is.
    pub(super) fn inputs(&self) -> Vec<(&Path, &'static str)> {
        let scenario = match &self.source {
            Source::File(path) => Some((path.as_path(), "is the scenario")),
            Source::BuiltIn | Source::Flags => None,
        };
        let ca_file = self.plan.target.tls_settings.ca_file.as_deref();
        let account = self.plan.account.as_ref();
        let account = account.and_then(|account| account.file.as_deref());
        let messages = self.plan.message.files();
        scenario
            .into_iter()
            .chain(ca_file.map(|path| (path, "is the CA file")))
            .chain(account.map(|path| (path, "is the account")))
            .chain(messages.map(|file| (Path::new(file), "is a file of the messages")))
            .collect()
    }
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
    /// What is left of the ceiling on recipients that several runs share.
    pub recipients_left: Option<u64>,
    /// The common start time of all shards.
    pub start_at: Option<StartAt>,
    /// Where the metrics are served while it runs.
    pub metrics: Option<MetricsOptions>,
}
