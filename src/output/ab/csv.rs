//! A line for each figure and share of each value.

use std::io::{self, Write};

use super::{AbArm, AbReport, AbSeries};
use crate::output::Exporter;
use crate::output::answers::cells::{ASKED, Cells, DECISION, VALUES};

/// Writes CSV with a header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Csv;

/// The columns of what is compared.
const COMPARED: [&str; 4] = ["condition", "factor", "base_value", "value"];

impl Exporter<AbReport> for Csv {
    fn export(&self, report: &AbReport, to: &mut dyn Write) -> io::Result<()> {
        let mut writer = ::csv::Writer::from_writer(to);
        let columns = COMPARED.iter().chain(&ASKED).chain(&VALUES);
        writer.write_record(columns.chain(&["pairs_for_floor", DECISION]))?;
        for series in &report.series {
            for arm in &series.arms {
                let figures = arm.answers.figures.iter().map(Cells::of_figure);
                let shares = arm.answers.shares.iter().map(Cells::of_share);
                for cells in figures.chain(shares) {
                    writer.write_record(line(series, arm, &cells))?;
                }
            }
        }
        writer.flush()
    }
}

/// The cells of a line: what is compared, and those of the figure.
fn line(series: &AbSeries, arm: &AbArm, cells: &Cells) -> Vec<String> {
    let compared = [
        series.condition.clone().unwrap_or_default(),
        series.factor.clone(),
        series.base.clone(),
        arm.value.clone(),
    ];
    let cells = cells.asked.iter().chain(&cells.answer);
    compared.into_iter().chain(cells.cloned()).collect()
}
