//! Writes the report on how clients treat SES: as text to stderr, and as JSON to
//! the file of `--report`. At the end, and at each SIGUSR1.

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
    /// Writes the file once, so that one that cannot be written is noticed at the
    /// start.
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

    /// Writes the report so far, to stderr only if a client has connected.
    pub(super) fn print(&self) -> Result<(), String> {
        let Some(report) = self.handle.report() else {
            return Ok(());
        };
        // The file first: the reader of stderr may be gone.
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
            .map_err(|error| format!("cannot write the report to {}: {error}", file.display()))
    }
}

/// Replaces the file atomically: a reader finds a complete report, this one or
/// the one before. A file that cannot be replaced (a device, a file mounted into
/// a container) is overwritten.
fn replace(file: &Path, report: &Report) -> io::Result<()> {
    let json = serde_json::to_string_pretty(report)? + "\n";
    // A symbolic link stays; its target is replaced.
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let replaceable = fs::metadata(&target).map_or(true, |there| there.is_file());
    if replaceable && atomic_write::write(&target, |out| out.write_all(json.as_bytes())).is_ok() {
        return Ok(());
    }
    fs::write(file, json)
}
