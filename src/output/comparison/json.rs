//! The result for programs: decisions with their figures. Times are microseconds,
//! changes relative to the base.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{CompareReport, Exporter};
use crate::analysis::comparison::{Answer, ShareAnswer};

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
        let value = json!({
            "schema_version": SCHEMA_VERSION,
            "conclusion": conclusion.name(),
            "exit_code": conclusion.exit_code().code(),
            "undecided": answers.undecided.as_ref().map(ToString::to_string),
            "scenario": report.scenario,
            "base": report.base,
            "new": report.new,
            "differences": report.differences,
            "excluded": excluded.collect::<Vec<_>>(),
            "figures": answers.figures.iter().map(figure).collect::<Vec<_>>(),
            "shares": answers.shares.iter().map(share).collect::<Vec<_>>(),
        });
        serde_json::to_writer_pretty(&mut *to, &value)?;
        writeln!(to)
    }
}

fn figure(answer: &Answer) -> Value {
    let estimate = answer.estimate.map(|estimate| {
        json!({
            "shift": estimate.shift,
            "interval": estimate.interval,
            "unchanged_interval": estimate.narrow,
            "p": estimate.p,
            "adjusted_p": estimate.adjusted_p,
        })
    });
    json!({
        "figure": answer.figure,
        "better": answer.better,
        "role": answer.role,
        "floor": answer.floor,
        "base": answer.base,
        "new": answer.new,
        "estimate": estimate,
        "smallest_visible": answer.visibility.and_then(|each| each.smallest),
        "runs_for_floor": answer.visibility.and_then(|each| each.runs_needed),
        "decision": answer.decision,
        "undecided": answer.undecided.as_ref().map(ToString::to_string),
    })
}

fn share(answer: &ShareAnswer) -> Value {
    json!({
        "figure": answer.figure,
        "better": answer.better,
        "base": answer.base,
        "new": answer.new,
        "change": answer.change(),
        "decision": answer.decision,
        "undecided": answer.undecided.as_ref().map(ToString::to_string),
    })
}
