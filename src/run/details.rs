//! The seconds of a run in columns of a chart.
//!
//! A column is one or more seconds. Counts are added and gauges are maxima; a quantile
//! is that of the merged histograms of the seconds, never a mean of their quantiles.

use std::ops::Range;
use std::path::Path;

use super::log_sums::read_sums;
use super::seconds::{SecondLine, Seconds};
use super::{Error, read_distributions};
use crate::measure::{Distributions, Tally, Window};
use crate::vocabulary::Span;

/// Columns of a chart, at most.
const MAX_COLUMNS: usize = 600;

/// What the charts of a run need, and its tables do not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Details {
    /// The run over time.
    pub(crate) columns: Vec<TimeColumn>,
    /// Seconds in a column.
    pub(crate) seconds_per_column: u32,
    /// Distributions of response and service of the window.
    pub(crate) distributions: Distributions,
    /// Why figures are missing that only `latency.hlog` has; none if all are there.
    pub(crate) missing_log: Option<MissingLog>,
}

/// One or more seconds; times in microseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimeColumn {
    /// Its seconds since the start.
    pub(crate) seconds: Range<u32>,
    /// The part of the run in which it begins.
    pub(crate) window: Window,
    /// Mean rate of the schedule.
    pub(crate) target_rate: Option<f64>,
    /// Messages started.
    pub(crate) started: u64,
    /// Messages that ended.
    pub(crate) ended: Tally,
    /// Attempts in progress, at most.
    pub(crate) in_flight: u64,
    /// Messages released that wait for a slot, at most.
    pub(crate) backlog: u64,
    /// Sessions ready, at most.
    pub(crate) sessions_open: u64,
    /// Median response.
    pub(crate) response_p50: Option<f64>,
    /// 99th percentile of the response.
    pub(crate) response_p99: Option<f64>,
    /// Maximum of the response.
    pub(crate) response_max: Option<f64>,
    /// 99th percentile of the slip.
    pub(crate) slip_p99: Option<f64>,
    /// Mean processor time of the generator, as a percentage of one core.
    pub(crate) cpu_percent: Option<f64>,
    /// Mean processor time of the machine, as a percentage of all cores.
    pub(crate) machine_percent: Option<f64>,
}

/// Why the figures that only `latency.hlog` has are missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MissingLog {
    /// There is none.
    #[error("There is no latency.hlog in this folder")]
    Absent,
    /// The error of the system.
    #[error("latency.hlog cannot be read ({0})")]
    Unreadable(String),
}

/// Reads the details of a run folder; of the seconds in `part` only, if given.
pub(crate) fn read_details(folder: &Path, part: Option<&Range<u32>>) -> Result<Details, Error> {
    let (width, mut columns) = read_columns(folder, part)?;
    let stored = match part {
        None => read_distributions(folder)?,
        Some(_) => Distributions::default(),
    };
    // A run that was killed has its distributions in the log only.
    let lacks_distributions = stored.of(Span::Service).is_empty();
    let mut details = Details {
        columns: Vec::new(),
        seconds_per_column: u32::try_from(width).unwrap_or(u32::MAX),
        distributions: stored,
        missing_log: None,
    };
    let wide: &mut [TimeColumn] = match width {
        1 => &mut [],
        _ => &mut columns,
    };
    if !wide.is_empty() || lacks_distributions {
        let (summed, missing) = read_sums(folder, part, wide, lacks_distributions)?;
        if lacks_distributions {
            details.distributions = summed;
        }
        details.missing_log = missing;
    }
    details.columns = columns;
    Ok(details)
}

/// The columns, and how many seconds are in each. The file is read twice, so that no
/// more than one column's seconds are held.
fn read_columns(
    folder: &Path,
    part: Option<&Range<u32>>,
) -> Result<(usize, Vec<TimeColumn>), Error> {
    let mut seconds = Seconds::open(folder, part)?;
    let mut count = 0_usize;
    while seconds.advance()? {
        count += 1;
    }
    let width = count.div_ceil(MAX_COLUMNS).max(1);
    let mut seconds = Seconds::open(folder, part)?;
    let (mut columns, mut lines) = (Vec::new(), Vec::with_capacity(width));
    // A run that is under way may have added rows.
    while columns.len() < MAX_COLUMNS && seconds.advance()? {
        lines.push(seconds.line()?);
        if lines.len() == width {
            columns.push(column(&lines));
            lines.clear();
        }
    }
    if !lines.is_empty() {
        columns.push(column(&lines));
    }
    Ok((width, columns))
}

/// The column of some seconds; quantiles only where it is one second.
fn column(lines: &[SecondLine]) -> TimeColumn {
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    let mut ended = Tally::default();
    for line in lines {
        for (outcome, count) in line.ended.iter() {
            ended.set(outcome, ended.of(outcome).saturating_add(count));
        }
    }
    let one = |value: Option<f64>| value.filter(|_| lines.len() == 1);
    let max = |of: fn(&SecondLine) -> u64| lines.iter().map(of).max().unwrap_or_default();
    TimeColumn {
        seconds: first.t_s..last.t_s.saturating_add(1),
        window: first.window,
        target_rate: mean(lines, |line| line.target_rate),
        started: (lines.iter().map(|line| line.started)).fold(0, u64::saturating_add),
        ended,
        in_flight: max(|line| line.in_flight),
        backlog: max(|line| line.backlog),
        sessions_open: max(|line| line.sessions_open),
        response_p50: one(first.response_p50),
        response_p99: one(first.response_p99),
        response_max: lines
            .iter()
            .filter_map(|line| line.response_max)
            .reduce(f64::max),
        slip_p99: one(first.slip_p99),
        cpu_percent: mean(lines, |line| line.cpu_percent),
        machine_percent: mean(lines, |line| line.machine_percent),
    }
}

fn mean(lines: &[SecondLine], of: fn(&SecondLine) -> Option<f64>) -> Option<f64> {
    let values: Vec<f64> = lines.iter().filter_map(of).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

impl TimeColumn {
    /// Without its quantiles.
    pub(super) const fn forget_quantiles(&mut self) {
        (self.response_p50, self.response_p99, self.slip_p99) = (None, None, None);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use hdrhistogram::serialization::V2DeflateSerializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

    use super::*;
    use crate::measure::Histogram;

    /// 198 fast messages in each even second, one slow message in each odd one.
    fn write_bimodal(folder: &Path, seconds: u32) {
        let rows = (0..seconds).map(|t| format!("{t},measure,{}\n", 7 + t % 2));
        let rows: String = rows.collect();
        let intervals = folder.join("intervals.csv");
        fs::write(intervals, format!("t_s,window,started\n{rows}")).unwrap();
        fs::write(
            folder.join("histogram.csv"),
            "metric,value_us,count,cumulative,quantile\n",
        )
        .unwrap();
        let (mut log, mut serializer) = (Vec::new(), V2DeflateSerializer::new());
        let mut writer = IntervalLogWriterBuilder::new()
            .begin_log_with(&mut log, &mut serializer)
            .unwrap();
        for t in 0..seconds {
            let mut histogram = Histogram::new(3).unwrap();
            match t % 2 {
                0 => histogram.record_n(1_000_000, 198).unwrap(),
                _ => histogram.record(100_000_000).unwrap(),
            }
            let (at, long) = (Duration::from_secs(t.into()), Duration::from_secs(1));
            writer
                .write_histogram(&histogram, at, long, Tag::new("response"))
                .unwrap();
        }
        fs::write(folder.join("latency.hlog"), log).unwrap();
    }

    /// The mean of the seconds' p99 would be 50.5 ms.
    #[test]
    fn the_p99_of_a_column_is_that_of_its_merged_histograms() {
        let folder = tempfile::tempdir().unwrap();
        write_bimodal(folder.path(), 1_199);
        let details = read_details(folder.path(), None).unwrap();
        assert_eq!(
            (details.seconds_per_column, details.columns.len()),
            (2, 600)
        );
        for column in &details.columns {
            let p99 = column.response_p99.unwrap();
            assert!((999.0..1_002.0).contains(&p99), "{column:?}");
        }
        let counts: Vec<_> = details
            .columns
            .iter()
            .map(|column| column.started)
            .collect();
        assert_eq!((counts[0], counts[599]), (15, 7));
    }

    #[test]
    fn counts_of_a_damaged_file_do_not_overflow() {
        let line = "t_s,window,started,accepted\n0,measure,MAX,MAX\n1,measure,MAX,MAX\n";
        let folder = tempfile::tempdir().unwrap();
        let text = line.replace("MAX", &u64::MAX.to_string());
        fs::write(folder.path().join("intervals.csv"), text).unwrap();
        let mut seconds = Seconds::open(folder.path(), None).unwrap();
        let mut lines = Vec::new();
        while seconds.advance().unwrap() {
            lines.push(seconds.line().unwrap());
        }
        let sum = column(&lines);
        let accepted = sum.ended.of(crate::vocabulary::Outcome::Accepted);
        assert_eq!((sum.started, accepted), (u64::MAX, u64::MAX));
    }

    #[test]
    fn a_part_has_its_own_columns_and_distributions() {
        let folder = tempfile::tempdir().unwrap();
        write_bimodal(folder.path(), 1_199);
        let details = read_details(folder.path(), Some(&(100..130))).unwrap();
        assert_eq!((details.seconds_per_column, details.columns.len()), (1, 30));
        assert_eq!(details.columns[0].seconds, 100..101);
        let response = details.distributions.of(Span::Response);
        let counts: Vec<u64> = response.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [15 * 198, 15]);
    }

    /// Killed, so that curves and columns both come from the log.
    #[test]
    fn one_reading_of_the_log_is_for_the_columns_and_the_curves() {
        let folder = tempfile::tempdir().unwrap();
        write_bimodal(folder.path(), 1_300);
        let details = read_details(folder.path(), None).unwrap();
        assert_eq!(
            (details.seconds_per_column, details.columns.len()),
            (3, 434)
        );
        assert!(details.columns.iter().all(|it| it.response_p50.is_some()));
        let counts = details.distributions.of(Span::Response).iter();
        let counts: Vec<u64> = counts.map(|(_, count)| *count).collect();
        assert_eq!(counts, [650 * 198, 650]);
        assert_eq!(details.missing_log, None);
    }

    #[test]
    fn a_log_that_is_missing_or_unreadable_leaves_its_figures_out() {
        let folder = tempfile::tempdir().unwrap();
        write_bimodal(folder.path(), 1_300);
        let path = folder.path().join("latency.hlog");
        fs::remove_file(&path).unwrap();
        let without = read_details(folder.path(), None).unwrap();
        assert_eq!(without.missing_log, Some(MissingLog::Absent));
        assert!(without.columns.iter().all(|it| it.response_p50.is_none()));
        fs::create_dir(&path).unwrap();
        let unreadable = read_details(folder.path(), None).unwrap();
        let Some(MissingLog::Unreadable(why)) = &unreadable.missing_log else {
            panic!("{:?}", unreadable.missing_log);
        };
        assert!(why.starts_with("Is a directory"), "{why}");
        assert_eq!(unreadable.columns, without.columns);
    }

    #[test]
    fn columns_divide_the_seconds_of_the_part() {
        let folder = tempfile::tempdir().unwrap();
        write_bimodal(folder.path(), 1_200);
        let (width, columns) = read_columns(folder.path(), None).unwrap();
        assert_eq!((width, columns.len()), (2, 600));
        assert_eq!(columns[599].seconds, 1_198..1_200);
        let (width, columns) = read_columns(folder.path(), Some(&(1_199..9_000))).unwrap();
        assert_eq!((width, columns.len()), (1, 1));
    }
}
