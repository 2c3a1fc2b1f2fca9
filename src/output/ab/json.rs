//! The result for programs: decisions with their figures, in the figures' own units.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{AbArm, AbEnd, AbReport, AbSeries};
use crate::output::Exporter;
use crate::output::answers::values::{figure, share};

/// Writes `{"series": [...]}`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json;

impl Exporter<AbReport> for Json {
    fn export(&self, report: &AbReport, to: &mut dyn Write) -> io::Result<()> {
        let series: Vec<Value> = report.series.iter().map(value).collect();
        serde_json::to_writer_pretty(&mut *to, &json!({ "schema_version": 1, "series": series }))?;
        writeln!(to)
    }
}

/// The result of a series.
pub(crate) fn value(series: &AbSeries) -> Value {
    json!({
        "condition": series.condition,
        "folder": series.folder,
        "scenario": series.scenario,
        "factor": series.factor,
        "base": series.base,
        "end": end(&series.end),
        "reason": match &series.end {
            AbEnd::Stopped { why } => Some(why),
            _ => None,
        },
        "pairs": {
            "run": series.pairs.run,
            "used": series.pairs.used,
            "most": series.pairs.most,
        },
        "alpha": series.alpha,
        "arms": series.arms.iter().map(arm).collect::<Vec<_>>(),
        "dropped": series.dropped.iter().map(|each| json!({
            "pair": each.pair,
            "run": each.run,
            "value": each.value,
            "reason": each.why,
        })).collect::<Vec<_>>(),
        "sessions": series.sessions,
    })
}

const fn end(end: &AbEnd) -> &'static str {
    match end {
        AbEnd::Decided => "decided",
        AbEnd::Complete => "complete",
        AbEnd::Dropped => "dropped",
        AbEnd::Interrupted => "interrupted",
        AbEnd::Stopped { .. } => "stopped",
    }
}

fn arm(arm: &AbArm) -> Value {
    let figures = arm.answers.figures.iter();
    let figures = figures.map(|answer| figure(answer, "pairs_for_floor"));
    json!({
        "value": arm.value,
        "conclusion": arm.answers.conclusion().name(),
        "undecided": arm.answers.undecided.as_ref().map(ToString::to_string),
        "figures": figures.collect::<Vec<_>>(),
        "shares": arm.answers.shares.iter().map(share).collect::<Vec<_>>(),
    })
}
