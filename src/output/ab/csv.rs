//! A line for each figure and share of each value.

use std::io::{self, Write};

use super::{AbArm, AbReport, AbSeries};
use crate::analysis::comparison::{Answer, ShareAnswer};
use crate::output::Exporter;

/// Writes CSV with a header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Csv;

const HEADER: [&str; 16] = [
    "condition",
    "factor",
    "base_value",
    "value",
    "figure",
    "role",
    "base",
    "new",
    "shift",
    "low",
    "high",
    "floor",
    "adjusted_p",
    "smallest_visible",
    "pairs_for_floor",
    "decision",
];

impl Exporter<AbReport> for Csv {
    fn export(&self, report: &AbReport, to: &mut dyn Write) -> io::Result<()> {
        let mut writer = ::csv::Writer::from_writer(to);
        writer.write_record(HEADER)?;
        for series in &report.series {
            for arm in &series.arms {
                for answer in &arm.answers.figures {
                    writer.write_record(cells(series, arm, figure(answer)))?;
                }
                for answer in &arm.answers.shares {
                    writer.write_record(cells(series, arm, share(answer)))?;
                }
            }
        }
        writer.flush()
    }
}

/// The cells of a line: what is compared, and those of the figure.
fn cells(series: &AbSeries, arm: &AbArm, figure: [String; 12]) -> Vec<String> {
    let what = [
        series.condition.clone().unwrap_or_default(),
        series.factor.clone(),
        series.base.clone(),
        arm.value.clone(),
    ];
    what.into_iter().chain(figure).collect()
}

fn figure(answer: &Answer) -> [String; 12] {
    let estimate = answer.estimate.as_ref();
    [
        answer.figure.clone(),
        answer.role.name().to_owned(),
        number(answer.base.median),
        number(answer.new.median),
        number(estimate.map(|estimate| estimate.shift)),
        number(estimate.map(|estimate| estimate.interval.low)),
        number(estimate.map(|estimate| estimate.interval.high)),
        number(Some(answer.floor)),
        number(estimate.and_then(|estimate| estimate.adjusted_p)),
        number(answer.visibility.and_then(|each| each.smallest)),
        answer
            .visibility
            .and_then(|each| each.runs_needed)
            .map_or_else(String::new, |pairs| pairs.to_string()),
        answer.decision.to_string(),
    ]
}

fn share(answer: &ShareAnswer) -> [String; 12] {
    let empty = String::new;
    [
        answer.figure.clone(),
        "share".to_owned(),
        number(Some(answer.base)),
        number(Some(answer.new)),
        number(Some(answer.change())),
        empty(),
        empty(),
        number(Some(crate::analysis::comparison::MARGIN)),
        empty(),
        empty(),
        empty(),
        answer.decision.to_string(),
    ]
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
