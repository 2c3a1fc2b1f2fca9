//! Builds the thresholds: the conditions for the run to pass.

use crate::analysis::verdict::{Figure, Threshold};
use crate::scenario::Error;
use crate::scenario::keys::{ModelWord, Values};
use crate::scenario::source_document::SourceDocument;
use crate::vocabulary::{Metric, Span};

pub(super) fn build(values: &Values, written: &SourceDocument) -> Result<Vec<Threshold>, Error> {
    let mut thresholds = Vec::new();
    for (figure, limits) in &values.tables.thresholds {
        let key = format!("thresholds.{figure}");
        for limit in limits {
            let threshold: Result<Threshold, _> = format!("{figure} {limit}").parse();
            let threshold = threshold.map_err(|error| written.invalid(&key, error))?;
            if values.load.model == ModelWord::Closed {
                if threshold.figure() == Figure::Achieved && is_left_over(&key, written) {
                    continue;
                }
                check_closed(&threshold).map_err(|why| written.invalid(&key, why))?;
            }
            thresholds.push(threshold);
        }
    }
    if thresholds.is_empty() {
        thresholds.push(Threshold::DEFAULT);
    }
    Ok(thresholds)
}

/// Whether the file has it for the open model, and a flag chose the closed one.
fn is_left_over(key: &str, written: &SourceDocument) -> bool {
    written.is_by_flag("load.model") && !written.is_by_flag(key)
}

/// Refuses figures of the schedule, which the closed model does not have.
fn check_closed(threshold: &Threshold) -> Result<(), &'static str> {
    let metric = match threshold.figure() {
        Figure::Achieved => {
            return Err(
                "always met with load.model = \"closed\", which has no target rate; use goodput",
            );
        }
        Figure::Latency(metric, _) | Figure::Count(metric) => metric,
        _ => return Ok(()),
    };
    match metric {
        Metric::Span(
            Span::Response
            | Span::ResponseNet
            | Span::Wait
            | Span::WaitNet
            | Span::Slip
            | Span::Lateness,
        ) => Err("always empty with load.model = \"closed\", which has no schedule; use service"),
        _ => Ok(()),
    }
}
