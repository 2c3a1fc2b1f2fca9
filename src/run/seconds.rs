//! Reads `intervals.csv`: what happened in each second.
//!
//! Columns are found by name, once: a run of a day has 86,400 rows. One that an older
//! version did not write is empty. A row at a time is held, because a run may take a year.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use csv::{ErrorKind, Position, Reader, ReaderBuilder, StringRecord};

use super::Error;
use super::intervals::Intervals;
use super::whole_lines::WholeLines;
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

const INVALID: &str = "invalid row: expected values that fit the columns in the header";

/// A row takes far less.
const MAX_LINE: usize = 64 << 10;

/// The rows of `intervals.csv`, one after the other. A killed run may have left half a
/// row at the end: it is left out.
pub(super) struct Seconds<R> {
    path: PathBuf,
    rows: Reader<WholeLines<R>>,
    columns: Columns,
    row: StringRecord,
    part: Range<u32>,
    last: Option<u32>,
}

impl Seconds<File> {
    /// The rows of the seconds in `part`; all if none is given.
    pub(super) fn open(folder: &Path, part: Option<&Range<u32>>) -> Result<Self, Error> {
        let path = folder.join(Intervals::FILE);
        let file = File::open(&path).map_err(Error::io(&path))?;
        // The last second is not in a range, and no run takes 136 years.
        let part = part.cloned().unwrap_or(0..u32::MAX);
        Self::new(path, file, part)
    }
}

impl<R: Read> Seconds<R> {
    fn new(path: PathBuf, from: R, part: Range<u32>) -> Result<Self, Error> {
        let mut rows = ReaderBuilder::new()
            // A quotation mark would join all lines behind it into one.
            .quoting(false)
            .from_reader(WholeLines::new(from, MAX_LINE));
        let header = rows.headers().map_err(unreadable(&path))?;
        Ok(Self {
            columns: Columns::new(header),
            row: StringRecord::new(),
            last: None,
            path,
            rows,
            part,
        })
    }

    /// Goes to the next row of the part; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, Error> {
        loop {
            let read = self.rows.read_record(&mut self.row);
            if !read.map_err(unreadable(&self.path))? {
                return Ok(false);
            }
            let second = self.columns.second(&self.row);
            let second = second.ok_or_else(|| self.invalid())?;
            // Columns of a chart are ranges of seconds, which must not end before they
            // begin.
            if self.last.is_some_and(|last| second <= last) {
                return Err(self.error(&format!(
                    "invalid t_s {second}: expected a later second than in the line before"
                )));
            }
            self.last = Some(second);
            if self.part.contains(&second) {
                return Ok(true);
            }
        }
    }

    /// The row that [`advance`](Self::advance) went to.
    pub(super) fn line(&self) -> Result<SecondLine, Error> {
        let line = self.columns.line(&self.row);
        line.ok_or_else(|| self.invalid())
    }

    fn invalid(&self) -> Error {
        self.error(INVALID)
    }

    fn error(&self, why: &str) -> Error {
        let at = self.row.position().map_or(0, Position::line);
        Error::malformed(&self.path, format!("line {at}: {why}"))
    }
}

/// Wraps an error of the reader of rows.
fn unreadable(path: &Path) -> impl FnOnce(csv::Error) -> Error {
    let path = path.to_owned();
    move |error| {
        let at = error.position().map_or(0, Position::line);
        match error.into_kind() {
            ErrorKind::Io(error) => Error::reading(&path)(error),
            _ => Error::malformed(&path, format!("line {at}: {INVALID}")),
        }
    }
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

    fn second(&self, row: &StringRecord) -> Option<u32> {
        row.get(self.t_s?)?.parse().ok()
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
            t_s: self.second(row)?,
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

    fn parse(text: impl Read) -> Result<Vec<SecondLine>, String> {
        let read = || {
            let mut seconds = Seconds::new(PathBuf::from("x.csv"), text, 0..u32::MAX)?;
            let mut lines = Vec::new();
            while seconds.advance()? {
                lines.push(seconds.line()?);
            }
            Ok(lines)
        };
        read().map_err(|error: Error| error.to_string())
    }

    #[test]
    fn columns_are_found_by_name_and_absent_ones_are_empty() {
        let text = "backlog,window,t_s,accepted\n7,drain,3,5\n";
        let lines = parse(text.as_bytes()).unwrap();
        assert_eq!((lines[0].backlog, lines[0].t_s), (7, 3));
        assert_eq!(lines[0].ended.of(Outcome::Accepted), 5);
        assert_eq!(lines[0].window, Window::Drain);
        assert_eq!(lines[0].response_p99, None);
        let error = parse(&b"t_s,window\n1,measure\nx,measure\n"[..]).unwrap_err();
        assert!(error.starts_with("x.csv: line 3: invalid row"), "{error}");
    }

    #[test]
    fn seconds_that_do_not_increase_are_refused() {
        for second in [4, 5] {
            let text = format!("t_s,window\n5,measure\n{second},measure\n");
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.starts_with("x.csv: line 3: invalid t_s"), "{error}");
        }
    }

    #[test]
    fn half_a_row_at_the_end_is_left_out() {
        let lines = parse(&b"t_s,window,started\n0,measure,5\n1,meas"[..]);
        assert_eq!(lines.unwrap().len(), 1);
    }

    #[test]
    fn an_endless_row_is_refused_and_not_held_in_memory() {
        let head = &b"t_s,window\n1,measure\n"[..];
        let endless = parse(head.chain(std::io::repeat(b'2'))).unwrap_err();
        assert!(endless.starts_with("x.csv: line 3: too long"), "{endless}");
        let open = format!("t_s,window\n1,measure\n2,\"{}", "3,measure\n".repeat(9));
        let open = parse(open.as_bytes()).unwrap_err();
        assert!(open.starts_with("x.csv: line 3: invalid row"), "{open}");
    }
}
