//! Reads `intervals.csv`: what happened in each second.
//!
//! Columns are found by name, once: a run of a day has 86,400 rows. One that an older
//! version did not write is empty.

use std::fs;
use std::path::Path;

use csv::StringRecord;

use super::Error;
use super::intervals::Intervals;
use crate::measure::{Tally, Window};
use crate::vocabulary::Outcome;

/// A row of `intervals.csv`; times in microseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SecondLine {
    /// Seconds since the start.
    pub(crate) t_s: u32,
    /// The part of the run in which the second begins.
    pub(crate) window: Window,
    /// Mean rate of the schedule; none in the closed model.
    pub(crate) target_rate: Option<f64>,
    /// Messages started.
    pub(crate) started: u64,
    /// Messages that ended, by outcome.
    pub(crate) ended: Tally,
    /// Attempts in progress.
    pub(crate) in_flight: u64,
    /// Messages released that wait for a slot.
    pub(crate) backlog: u64,
    /// Sessions ready for MAIL or in a transaction.
    pub(crate) sessions_open: u64,
    /// Median response.
    pub(crate) response_p50: Option<f64>,
    /// 99th percentile of the response.
    pub(crate) response_p99: Option<f64>,
    /// Maximum of the response.
    pub(crate) response_max: Option<f64>,
    /// 99th percentile of the slip.
    pub(crate) slip_p99: Option<f64>,
    /// Processor time of the generator, as a percentage of one core.
    pub(crate) cpu_percent: Option<f64>,
    /// Processor time of all processes, as a percentage of all cores.
    pub(crate) machine_percent: Option<f64>,
}

/// Reads the rows of a run folder. A killed run may have left half a row at the end:
/// it is left out.
pub(super) fn read_seconds(folder: &Path) -> Result<Vec<SecondLine>, Error> {
    let path = folder.join(Intervals::FILE);
    let bytes = fs::read(&path).map_err(Error::io(&path))?;
    let whole = bytes.iter().rposition(|&byte| byte == b'\n');
    let whole = whole.map_or(&[][..], |end| &bytes[..=end]);
    parse(whole).map_err(|reason| Error::malformed(&path, reason))
}

fn parse(bytes: &[u8]) -> Result<Vec<SecondLine>, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let columns = Columns::new(reader.headers().map_err(|error| error.to_string())?);
    let mut row = StringRecord::new();
    let mut lines: Vec<SecondLine> = Vec::new();
    while reader
        .read_record(&mut row)
        .map_err(|error| error.to_string())?
    {
        let at = row.position().map_or(0, csv::Position::line);
        let line = columns.line(&row).ok_or_else(|| {
            format!("line {at}: invalid row: expected values that fit the columns in the header")
        })?;
        // Columns of a chart are ranges of seconds, which must not end before they begin.
        if lines.last().is_some_and(|last| line.t_s <= last.t_s) {
            return Err(format!(
                "line {at}: invalid t_s {}: expected a later second than in the line before",
                line.t_s
            ));
        }
        lines.push(line);
    }
    Ok(lines)
}

/// The place of each column; none where the file has no such column.
struct Columns {
    t_s: Option<usize>,
    window: Option<usize>,
    counts: [Option<usize>; 4],
    outcomes: Vec<(Outcome, Option<usize>)>,
    numbers: [Option<usize>; 7],
}

impl Columns {
    fn new(header: &StringRecord) -> Self {
        let at = |name: &str| header.iter().position(|column| column == name);
        let outcomes = Outcome::ALL.iter();
        Self {
            t_s: at("t_s"),
            window: at("window"),
            counts: ["started", "in_flight", "backlog", "sessions_open"].map(at),
            outcomes: outcomes.map(|each| (*each, at(each.name()))).collect(),
            numbers: [
                "target_rate",
                "response_p50_us",
                "response_p99_us",
                "response_max_us",
                "slip_p99_us",
                "cpu_percent",
                "machine_percent",
            ]
            .map(at),
        }
    }

    fn line(&self, row: &StringRecord) -> Option<SecondLine> {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default();
        let whole = |at: Option<usize>| match cell(at) {
            "" => Some(0),
            text => text.parse().ok(),
        };
        let number = |at: Option<usize>| match cell(at) {
            "" => Some(None),
            text => text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Some),
        };
        let mut ended = Tally::default();
        for (outcome, at) in &self.outcomes {
            ended.set(*outcome, whole(*at)?);
        }
        let [started, in_flight, backlog, sessions_open] = self.counts;
        let [target, p50, p99, max, slip, cpu, machine] = self.numbers;
        let window = cell(self.window);
        Some(SecondLine {
            t_s: cell(self.t_s).parse().ok()?,
            window: *Window::ALL.iter().find(|each| each.name() == window)?,
            target_rate: number(target)?,
            started: whole(started)?,
            ended,
            in_flight: whole(in_flight)?,
            backlog: whole(backlog)?,
            sessions_open: whole(sessions_open)?,
            response_p50: number(p50)?,
            response_p99: number(p99)?,
            response_max: number(max)?,
            slip_p99: number(slip)?,
            cpu_percent: number(cpu)?,
            machine_percent: number(machine)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_and_absent_ones_are_empty() {
        let text = "backlog,window,t_s,accepted\n7,drain,3,5\n";
        let lines = parse(text.as_bytes()).unwrap();
        assert_eq!((lines[0].backlog, lines[0].t_s), (7, 3));
        assert_eq!(lines[0].ended.of(Outcome::Accepted), 5);
        assert_eq!(lines[0].window, Window::Drain);
        assert_eq!(lines[0].response_p99, None);
        let error = parse(b"t_s,window\n1,measure\nx,measure\n").unwrap_err();
        assert!(error.starts_with("line 3: invalid row"), "{error}");
    }

    #[test]
    fn seconds_that_do_not_increase_are_refused() {
        for second in [4, 5] {
            let text = format!("t_s,window\n5,measure\n{second},measure\n");
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.starts_with("line 3: invalid t_s"), "{error}");
        }
    }

    #[test]
    fn half_a_row_at_the_end_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(Intervals::FILE);
        fs::write(&path, "t_s,window,started\n0,measure,5\n1,meas").unwrap();
        assert_eq!(read_seconds(folder.path()).unwrap().len(), 1);
    }
}
