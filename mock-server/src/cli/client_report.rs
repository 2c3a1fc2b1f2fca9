//! The report on the clients' conduct: as text on stderr, and as JSON in a file
//! where one was asked for. At the end, and whenever SIGUSR1 asks.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::atomic_write;
use crate::handle::Handle;
use crate::observers::judge::Report;

pub(super) struct ClientReport {
    handle: Handle,
    file: Option<PathBuf>,
}

impl ClientReport {
    /// Makes the file, so that one that can't be written is known at the start.
    pub(super) fn prepare(handle: &Handle, file: Option<&Path>) -> Result<ClientReport, String> {
        let client_report = ClientReport {
            handle: handle.clone(),
            file: file.map(Path::to_owned),
        };
        if let Some(report) = client_report.handle.report() {
            client_report.write(&report)?;
        }
        Ok(client_report)
    }

    /// Says how clients behaved so far, if any came.
    pub(super) fn print(&self) -> Result<(), String> {
        let Some(report) = self.handle.report() else {
            return Ok(());
        };
        // First: the file is for good, and stderr may have lost its reader.
        let written = self.write(&report);
        if report.connections.opened > 0 {
            let _ = write!(io::stderr().lock(), "\n{report}");
        }
        written
    }

    fn write(&self, report: &Report) -> Result<(), String> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        replace(file, report)
            .map_err(|error| format!("writing the report to {}: {error}", file.display()))
    }
}

/// Whoever reads it finds a whole report, this one or the one before. Where
/// none can take the file's place (a device, a file mounted into a container),
/// it is written over.
fn replace(file: &Path, report: &Report) -> io::Result<()> {
    let json = serde_json::to_string_pretty(report)? + "\n";
    // Through a link, to what it means.
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let replaceable = fs::metadata(&target).map_or(true, |there| there.is_file());
    if replaceable && atomic_write::write(&target, |out| out.write_all(json.as_bytes())).is_ok() {
        return Ok(());
    }
    fs::write(file, json)
}
