//! `sesbench` as a user runs it, and its results folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::peer::{self, Output};
use crate::root;

/// A `sesbench run` or `sesbench probe` that is not started yet.
pub(crate) struct Program {
    command: Command,
    folder: TempDir,
}

/// A run that has ended.
pub(crate) struct Run {
    /// `run.json`.
    pub(crate) record: Value,
    folder: TempDir,
}

impl Program {
    /// A run with those arguments.
    pub(crate) fn run(arguments: &[&str]) -> Self {
        let mut program = Self::start("run", arguments);
        program.command.arg("--quiet");
        program.command.arg("--out").arg(program.folder.path());
        program
    }

    /// A probe with those arguments and JSON output.
    pub(crate) fn probe(arguments: &[&str]) -> Self {
        let mut program = Self::start("probe", arguments);
        program.command.args(["--format", "json"]);
        program
    }

    fn start(subcommand: &str, arguments: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sesbench"));
        command.arg(subcommand).args(arguments);
        command.env_remove("SESBENCH_USERNAME");
        command.env_remove("SESBENCH_PASSWORD");
        Self { command, folder }
    }

    /// Logs in with these credentials.
    pub(crate) fn log_in(mut self, username: &str, password: &str) -> Self {
        self.command.env("SESBENCH_USERNAME", username);
        self.command.env("SESBENCH_PASSWORD", password);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &Path) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs in a new namespace with these options of unshare(1), after that
    /// script.
    pub(crate) fn within(mut self, options: &str, prepare: &str) -> Self {
        let mut command = root::command(peer::program("unshare", "util-linux"));
        let script = format!("{prepare} && \"$0\" \"$@\"");
        command.args([options, "sh", "-c", &script]);
        command.arg(self.command.get_program());
        command.args(self.command.get_args());
        self.command = command;
        self
    }

    /// The path of one of the run's files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it, whatever the outcomes of its messages.
    ///
    /// # Panics
    ///
    /// If it does not pass with thresholds that are always met.
    pub(crate) fn ends(mut self) -> Run {
        self.command.args(["--threshold", "outcome.accepted>=0%"]);
        self.passes()
    }

    /// Runs it.
    ///
    /// # Panics
    ///
    /// If it does not pass.
    pub(crate) fn passes(mut self) -> Run {
        let output = peer::run(&mut self.command, "");
        assert!(output.success, "{:?}: {output:?}", self.command);
        let record = fs::read_to_string(self.folder.path().join("run.json")).unwrap();
        Run {
            record: serde_json::from_str(&record).unwrap(),
            folder: self.folder,
        }
    }

    /// Its output, and how it ends.
    pub(crate) fn says(mut self) -> Output {
        peer::run(&mut self.command, "")
    }
}

impl Run {
    /// Runs it.
    ///
    /// # Panics
    ///
    /// If it does not pass.
    pub(crate) fn pass(arguments: &[&str]) -> Self {
        Program::run(arguments).passes()
    }

    /// The number of messages with that outcome, or `scheduled`.
    pub(crate) fn total(&self, what: &str) -> u64 {
        self.record["totals"][what].as_u64().unwrap()
    }

    /// The path of one of the folder's files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The rows of one of its CSV files, with the header's names as keys.
    pub(crate) fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.file(name)).unwrap();
        let rows: Result<Vec<_>, _> = reader.deserialize().collect();
        rows.unwrap()
    }

    /// Messages, attempts or sessions that did not end as intended: a line
    /// each, `count outcome phase reply`, sorted. Sessions that were being
    /// opened when the run ended don't count.
    pub(crate) fn refusals(&self, scope: &str) -> Vec<String> {
        let mut rows = self.rows("outcomes.csv");
        rows.retain(|row| row["scope"] == scope);
        rows.retain(|row| !["accepted", ""].contains(&row["outcome"].as_str()));
        rows.retain(|row| row["text"] != "cut off: the run ended");
        let columns = ["count", "outcome", "phase", "code", "enhanced", "text"];
        let mut lines: Vec<_> = rows
            .iter()
            .map(|row| {
                let cells = columns.iter().map(|column| row[*column].as_str());
                let cells: Vec<_> = cells.filter(|cell| !cell.is_empty()).collect();
                cells.join(" ")
            })
            .collect();
        lines.sort_unstable();
        lines
    }
}
