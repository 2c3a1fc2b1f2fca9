//! A line for each figure and share.

use std::io::{self, Write};

use super::{CompareReport, Exporter};
use crate::analysis::comparison::{Answer, MARGIN, ShareAnswer};

/// Writes CSV with a header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Csv;

const HEADER: [&str; 14] = [
    "figure",
    "role",
    "base_runs",
    "new_runs",
    "base",
    "new",
    "shift",
    "low",
    "high",
    "floor",
    "adjusted_p",
    "smallest_visible",
    "runs_for_floor",
    "decision",
];

impl Exporter<CompareReport> for Csv {
    fn export(&self, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
        let mut writer = ::csv::Writer::from_writer(to);
        writer.write_record(HEADER)?;
        for answer in &report.answers.figures {
            writer.write_record(figure(answer))?;
        }
        for answer in &report.answers.shares {
            writer.write_record(share(answer, report))?;
        }
        writer.flush()
    }
}

fn figure(answer: &Answer) -> [String; 14] {
    let estimate = answer.estimate.as_ref();
    let visibility = answer.visibility.as_ref();
    let needed = visibility.and_then(|visibility| visibility.runs_needed);
    [
        answer.figure.clone(),
        answer.role.name().to_owned(),
        answer.base.runs.to_string(),
        answer.new.runs.to_string(),
        number(answer.base.median),
        number(answer.new.median),
        number(estimate.map(|estimate| estimate.shift)),
        number(estimate.map(|estimate| estimate.interval.low)),
        number(estimate.map(|estimate| estimate.interval.high)),
        number(Some(answer.floor)),
        number(estimate.and_then(|estimate| estimate.adjusted_p)),
        number(visibility.and_then(|visibility| visibility.smallest)),
        needed.map_or_else(String::new, |runs| runs.to_string()),
        answer.decision.to_string(),
    ]
}

/// Its change is in shares, not relative.
fn share(answer: &ShareAnswer, report: &CompareReport) -> [String; 14] {
    let empty = String::new;
    [
        answer.figure.clone(),
        "share".to_owned(),
        report.base.len().to_string(),
        report.new.len().to_string(),
        number(Some(answer.base)),
        number(Some(answer.new)),
        number(Some(answer.change())),
        empty(),
        empty(),
        number(Some(MARGIN)),
        empty(),
        empty(),
        empty(),
        answer.decision.to_string(),
    ]
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
