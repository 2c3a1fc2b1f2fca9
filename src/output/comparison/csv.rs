//! A line for each figure and share.

use std::io::{self, Write};

use super::{CompareReport, Exporter};
use crate::analysis::comparison::Place;
use crate::output::answers::cells::{ASKED, Cells, DECISION, VALUES, number};

/// Writes CSV with a header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Csv;

/// The columns of the numbers of runs; of a history, of jobs.
const RUNS: [&str; 2] = ["base_runs", "new_runs"];

/// The columns of a new job's place among the earlier ones.
const PLACE: [&str; 4] = ["rank", "of_jobs", "earlier_low", "earlier_high"];

impl Exporter<CompareReport> for Csv {
    fn export(&self, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
        let mut writer = ::csv::Writer::from_writer(to);
        let columns = ASKED.iter().chain(&RUNS).chain(&VALUES);
        let columns = columns.chain(&["runs_for_floor", DECISION]).chain(&PLACE);
        writer.write_record(columns)?;
        for answer in &report.answers.figures {
            let runs = [answer.base.runs, answer.new.runs];
            let cells = Cells::of_figure(answer);
            writer.write_record(line(&cells, runs, answer.place.as_ref()))?;
        }
        let runs = match &report.history {
            Some(history) => [history.jobs.len(), 1],
            None => [report.base.len(), report.new.len()],
        };
        for answer in &report.answers.shares {
            writer.write_record(line(&Cells::of_share(answer), runs, None))?;
        }
        writer.flush()
    }
}

fn line(cells: &Cells, runs: [usize; 2], place: Option<&Place>) -> Vec<String> {
    let runs = runs.map(|runs| runs.to_string());
    let place = [
        number(place.map(|place| place.rank)),
        number(place.map(|place| place.of)),
        number(place.map(|place| place.low)),
        number(place.map(|place| place.high)),
    ];
    let cells = cells.asked.iter().chain(&runs).chain(&cells.answer);
    cells.chain(&place).cloned().collect()
}
