//! The result for programs: decisions with their figures. Times are microseconds,
//! changes relative to the base.

use std::io::{self, Write};

use serde_json::json;

use super::{CompareReport, Exporter};
use crate::output::answers::values::{figure, share};

/// Writes the result as JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json;

/// The version of the format. It changes when a reader of the old format would misread
/// the new one.
const SCHEMA_VERSION: u32 = 1;

impl Exporter<CompareReport> for Json {
    fn export(&self, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
        let answers = &report.answers;
        let conclusion = answers.conclusion();
        let excluded = report.excluded.iter();
        let excluded = excluded.map(|each| json!({ "folder": each.folder, "reason": each.reason }));
        let figures = answers.figures.iter();
        let figures = figures.map(|answer| {
            let mut value = figure(answer, "runs_for_floor");
            value["place"] = json!(answer.place);
            value
        });
        let history = report.history.as_ref().map(|history| {
            json!({
                "folder": history.folder,
                "jobs": history.jobs,
                "older": history.older,
            })
        });
        let value = json!({
            "schema_version": SCHEMA_VERSION,
            "conclusion": conclusion.name(),
            "exit_code": conclusion.exit_code().code(),
            "undecided": answers.undecided.as_ref().map(ToString::to_string),
            "scenario": report.scenario,
            "base": report.base,
            "new": report.new,
            "history": history,
            "differences": report.differences,
            "excluded": excluded.collect::<Vec<_>>(),
            "figures": figures.collect::<Vec<_>>(),
            "shares": answers.shares.iter().map(share).collect::<Vec<_>>(),
        });
        serde_json::to_writer_pretty(&mut *to, &value)?;
        writeln!(to)
    }
}
