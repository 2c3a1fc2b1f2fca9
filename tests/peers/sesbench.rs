//! `sesbench`, as its user runs it, and the folder that a run leaves.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::peer::{self, Output};
use crate::root;

/// `sesbench run` or `sesbench probe`, about to be started.
pub(crate) struct Program {
    command: Command,
    folder: TempDir,
}

/// A run that is over.
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

    /// A probe with those arguments, for programs to read.
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

    /// Logs in with these.
    pub(crate) fn log_in(mut self, username: &str, password: &str) -> Self {
        self.command.env("SESBENCH_USERNAME", username);
        self.command.env("SESBENCH_PASSWORD", password);
        self
    }

    /// With that variable.
    pub(crate) fn env(mut self, name: &str, value: &Path) -> Self {
        self.command.env(name, value);
        self
    }

    /// In a new namespace, by those options of unshare(1), after that script.
    pub(crate) fn within(mut self, options: &str, prepare: &str) -> Self {
        let mut command = root::command(peer::program("unshare", "util-linux"));
        let script = format!("{prepare} && \"$0\" \"$@\"");
        command.args([options, "sh", "-c", &script]);
        command.arg(self.command.get_program());
        command.args(self.command.get_args());
        self.command = command;
        self
    }

    /// Where one of the run's files will be.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it, whatever becomes of its messages.
    ///
    /// # Panics
    ///
    /// Unless it passes thresholds that nothing misses.
    pub(crate) fn ends(mut self) -> Run {
        self.command.args(["--threshold", "outcome.accepted>=0%"]);
        self.passes()
    }

    /// Runs it.
    ///
    /// # Panics
    ///
    /// Unless it passes.
    pub(crate) fn passes(mut self) -> Run {
        let output = peer::run(&mut self.command, "");
        assert!(output.success, "{:?}: {output:?}", self.command);
        let record = fs::read_to_string(self.folder.path().join("run.json")).unwrap();
        Run {
            record: serde_json::from_str(&record).unwrap(),
            folder: self.folder,
        }
    }

    /// What it says, and how it ends.
    pub(crate) fn says(mut self) -> Output {
        peer::run(&mut self.command, "")
    }
}

impl Run {
    /// Runs it.
    ///
    /// # Panics
    ///
    /// Unless it passes.
    pub(crate) fn pass(arguments: &[&str]) -> Self {
        Program::run(arguments).passes()
    }

    /// How many messages ended so, or `scheduled`.
    pub(crate) fn total(&self, what: &str) -> u64 {
        self.record["totals"][what].as_u64().unwrap()
    }

    /// One of the folder's files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The rows of one of its CSV files, each by the header's names.
    pub(crate) fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.file(name)).unwrap();
        let rows: Result<Vec<_>, _> = reader.deserialize().collect();
        rows.unwrap()
    }

    /// How messages, attempts or sessions ended that did not end well: a line
    /// each, `count outcome phase reply`, in alphabetical order. Sessions that
    /// were being opened when the run was over don't count.
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
