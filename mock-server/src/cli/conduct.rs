//! The report on the clients' conduct: as text on stderr, and as JSON in a file
//! where one was asked for. At the end, and whenever SIGUSR1 asks.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::judge::Report;
use crate::server::Handle;

pub(super) struct Conduct {
    handle: Handle,
    file: Option<PathBuf>,
}

impl Conduct {
    /// Makes the file, so that one that can't be written is known at the start.
    pub(super) fn prepare(handle: &Handle, file: Option<&Path>) -> Result<Conduct, String> {
        let conduct = Conduct {
            handle: handle.clone(),
            file: file.map(Path::to_owned),
        };
        if let Some(report) = conduct.handle.report() {
            conduct.write(&report)?;
        }
        Ok(conduct)
    }

    /// Says how clients behaved so far, if any came.
    pub(super) fn tell(&self) -> Result<(), String> {
        let Some(report) = self.handle.report() else {
            return Ok(());
        };
        if report.connections.opened > 0 {
            eprint!("\n{report}");
        }
        self.write(&report)
    }

    fn write(&self, report: &Report) -> Result<(), String> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let failed =
            |error: io::Error| format!("writing the report to {}: {error}", file.display());
        let json = serde_json::to_string_pretty(report).map_err(|error| failed(error.into()))?;
        fs::write(file, json + "\n").map_err(failed)
    }
}
