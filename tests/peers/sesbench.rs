//! `sesbench run`, as its user runs it, and the folder it leaves.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::peer;

/// A run that is over.
pub(crate) struct Run {
    /// `run.json`.
    pub(crate) record: Value,
    folder: TempDir,
}

impl Run {
    /// Runs it.
    ///
    /// # Panics
    ///
    /// Unless it passes.
    pub(crate) fn pass(arguments: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sesbench"));
        command.arg("run").args(arguments).arg("--quiet");
        // The built-in scenario asks for punctuality. Here counts matter, and
        // the machine may be busy with other tests.
        command.args(["--threshold", "rate.achieved>=0%"]);
        command.arg("--out").arg(folder.path());
        let output = peer::run(&mut command, "");
        assert!(output.success, "{arguments:?}: {output:?}");
        let record = fs::read_to_string(folder.path().join("run.json")).unwrap();
        Self {
            record: serde_json::from_str(&record).unwrap(),
            folder,
        }
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
}
