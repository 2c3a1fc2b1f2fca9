//! What a report takes from `latency.hlog`, in one reading of it: quantiles of columns of
//! several seconds, and the distributions of a run that has them nowhere else.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use super::details::TimeColumn;
use super::hlog_reader::read_hlog;
use super::{Error, MissingLog};
use crate::measure::{Distributions, Histogram};
use crate::vocabulary::{Metric, Span};

/// Spans that charts over time have quantiles of.
const OVER_TIME: [Span; 2] = [Span::Response, Span::Slip];

/// Spans that the curves of percentiles are of.
const CURVES: [Span; 2] = [Span::Response, Span::Service];

/// Spans of any of both.
const ALL: [Span; 3] = [Span::Response, Span::Slip, Span::Service];

/// Fills in the quantiles of the columns, if any are given, and adds up the
/// distributions, if they are asked for. `part`: the seconds that count.
pub(super) fn read_sums(
    folder: &Path,
    part: Option<&Range<u32>>,
    columns: &mut [TimeColumn],
    with_distributions: bool,
) -> Result<(Distributions, Option<MissingLog>), Error> {
    let is_of = |span: &Span| {
        let (over_time, curves) = (OVER_TIME.contains(span), CURVES.contains(span));
        (over_time && !columns.is_empty()) || (curves && with_distributions)
    };
    let spans: Vec<Span> = ALL.into_iter().filter(is_of).collect();
    let tags: Vec<&str> = spans.iter().map(|span| span.name()).collect();
    let is_wanted = |second| part.is_none_or(|part| part.contains(&second));
    let mut over_time = OVER_TIME.map(OverTime::new);
    let mut curves = CURVES.map(|span| (span, None));
    let read = read_hlog(folder, &tags, is_wanted, |index, second, values| {
        let span = spans[index];
        for each in over_time.iter_mut().filter(|each| each.span == span) {
            each.add(columns, second, values);
        }
        if with_distributions {
            for (_, sum) in curves.iter_mut().filter(|(each, _)| *each == span) {
                add(sum.get_or_insert_with(empty), values);
            }
        }
    });
    let missing = match read {
        Ok(true) => {
            for each in &mut over_time {
                each.close(columns);
            }
            return Ok((distributions(&curves), None));
        }
        Ok(false) => MissingLog::Absent,
        Err(Error::Io { source, .. }) => MissingLog::Unreadable(source.to_string()),
        Err(error) => return Err(error),
    };
    // What was read before the error is a part of the seconds only.
    columns.iter_mut().for_each(TimeColumn::forget_quantiles);
    Ok((Distributions::default(), Some(missing)))
}

/// The quantiles of one span in each column. The lines of the log are in the order of
/// time, so that one histogram is enough.
struct OverTime {
    span: Span,
    column: usize,
    sum: Option<Histogram>,
}

impl OverTime {
    const fn new(span: Span) -> Self {
        Self {
            span,
            column: 0,
            sum: None,
        }
    }

    fn add(&mut self, columns: &mut [TimeColumn], second: u32, values: &[(u64, u64)]) {
        let is_in = |at: usize| {
            columns
                .get(at)
                .is_some_and(|column| column.seconds.contains(&second))
        };
        if !is_in(self.column) {
            let at = columns.partition_point(|column| column.seconds.end <= second);
            if !is_in(at) {
                return;
            }
            self.close(columns);
            self.column = at;
        }
        add(self.sum.get_or_insert_with(empty), values);
    }

    fn close(&mut self, columns: &mut [TimeColumn]) {
        let Some(sum) = self.sum.take() else {
            return;
        };
        let column = &mut columns[self.column];
        let at = |q| Some(sum.value_at_quantile(q) as f64 / 1e3);
        match self.span {
            Span::Slip => column.slip_p99 = at(0.99),
            _ => (column.response_p50, column.response_p99) = (at(0.5), at(0.99)),
        }
    }
}

fn distributions(sums: &[(Span, Option<Histogram>)]) -> Distributions {
    let rows = sums.iter().flat_map(|(span, sum)| {
        sum.iter().flat_map(move |sum| {
            sum.iter_recorded().map(move |bucket| {
                let value = Duration::from_nanos(bucket.value_iterated_to());
                (Metric::from(*span), value, bucket.count_at_value())
            })
        })
    });
    rows.collect()
}

/// A histogram that grows with its values.
fn empty() -> Histogram {
    Histogram::new(3).expect("3 significant digits are valid")
}

fn add(sum: &mut Histogram, values: &[(u64, u64)]) {
    for (value, count) in values {
        // Cannot fail: the histogram grows, and the reader refuses values beyond that.
        let _ = sum.record_n(*value, *count);
    }
}
