//! The seconds of a run in columns of a chart.
//!
//! A column is one or more seconds. Counts are added and gauges are maxima; a quantile
//! is that of the merged histograms of the seconds, never a mean of their quantiles.

use std::ops::Range;
use std::path::Path;

use super::hlog_reader::read_hlog;
use super::seconds::{SecondLine, read_seconds};
use super::{Error, read_distributions};
use crate::measure::{Distributions, Histogram, Tally, Window};
use crate::vocabulary::{Metric, Span};
use std::time::Duration;

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
    /// Quantiles are missing because there is no `latency.hlog`.
    pub(crate) lacks_hlog: bool,
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

/// Reads the details of a run folder; of the seconds in `part` only, if given.
pub(crate) fn read_details(folder: &Path, part: Option<&Range<u32>>) -> Result<Details, Error> {
    let mut seconds = read_seconds(folder)?;
    seconds.retain(|line| part.is_none_or(|part| part.contains(&line.t_s)));
    let width = seconds.len().div_ceil(MAX_COLUMNS).max(1);
    let mut columns: Vec<_> = seconds.chunks(width).map(column).collect();
    let has_hlog = folder.join(super::hlog::Hlog::FILE).exists();
    if width > 1 {
        fill_quantiles(folder, &mut columns)?;
    }
    let mut distributions = match part {
        None => read_distributions(folder)?,
        Some(_) => Distributions::default(),
    };
    // A run that was killed has its distributions in the log only.
    if distributions.of(Span::Service).is_empty() {
        distributions = merged(folder, part)?;
    }
    Ok(Details {
        columns,
        seconds_per_column: u32::try_from(width).unwrap_or(u32::MAX),
        distributions,
        lacks_hlog: !has_hlog,
    })
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

/// Fills in the quantiles of columns of several seconds. The lines of the log are in
/// the order of time, so one histogram of each metric is enough.
fn fill_quantiles(folder: &Path, columns: &mut [TimeColumn]) -> Result<(), Error> {
    let tags = [Span::Response.name(), Span::Slip.name()];
    let mut open: [Option<(usize, Histogram)>; 2] = [None, None];
    read_hlog(folder, &tags, |metric, second, histogram| {
        let at = columns.partition_point(|column| column.seconds.end <= second);
        if columns
            .get(at)
            .is_none_or(|it| !it.seconds.contains(&second))
        {
            return;
        }
        match &mut open[metric] {
            Some((column, sum)) if *column == at => add(sum, histogram),
            other => {
                if let Some((column, sum)) = other.replace((at, histogram.clone())) {
                    close(&mut columns[column], metric, &sum);
                }
            }
        }
    })?;
    for (metric, last) in open.into_iter().enumerate() {
        if let Some((column, sum)) = last {
            close(&mut columns[column], metric, &sum);
        }
    }
    Ok(())
}

fn close(column: &mut TimeColumn, metric: usize, sum: &Histogram) {
    let at = |q| Some(sum.value_at_quantile(q) as f64 / 1e3);
    match metric {
        0 => (column.response_p50, column.response_p99) = (at(0.5), at(0.99)),
        _ => column.slip_p99 = at(0.99),
    }
}

/// The distributions of response and service in the log.
fn merged(folder: &Path, part: Option<&Range<u32>>) -> Result<Distributions, Error> {
    let spans = [Span::Response, Span::Service];
    let mut sums: [Option<Histogram>; 2] = [None, None];
    read_hlog(
        folder,
        &spans.map(Span::name),
        |index, second, histogram| {
            if part.is_some_and(|part| !part.contains(&second)) {
                return;
            }
            match &mut sums[index] {
                Some(sum) => add(sum, histogram),
                empty => *empty = Some(histogram.clone()),
            }
        },
    )?;
    let rows = spans.iter().zip(&sums).flat_map(|(span, sum)| {
        sum.iter().flat_map(move |sum| {
            sum.iter_recorded().map(move |bucket| {
                let value = Duration::from_nanos(bucket.value_iterated_to());
                (Metric::from(*span), value, bucket.count_at_value())
            })
        })
    });
    Ok(rows.collect())
}

/// Adds the values of one histogram to another, which grows as needed.
fn add(sum: &mut Histogram, other: &Histogram) {
    sum.auto(true);
    // Cannot fail: the histogram grows to any value. Where both have the same range, the
    // counts are added without a search for each value's bucket.
    let _ = sum.add(other);
}

#[cfg(test)]
mod tests {
    use std::fs;

    use hdrhistogram::serialization::V2DeflateSerializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

    use super::*;

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
        let sum = column(&read_seconds(folder.path()).unwrap());
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
}
