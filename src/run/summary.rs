//! `summary.csv` and `histogram.csv`: latencies in the measured window.

use std::io::Write;

use super::columns::{Column, columns, header, read_rows};
use super::numbers::{nanos, number, quantile, read_quantile};
use crate::measure::{FigureSource, Measurements};
use crate::vocabulary::{FigureValue, Metric};

pub(super) const SUMMARY: &str = "summary.csv";
pub(super) const HISTOGRAM: &str = "histogram.csv";

/// The quantiles of a summary row, in its order.
const QUANTILES: [f64; 7] = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0];

/// A row of `summary.csv`; times in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SummaryLine {
    /// The metric.
    pub metric: Metric,
    /// Number of values.
    pub count: u64,
    /// Median.
    pub p50: FigureValue,
    /// 90th percentile.
    pub p90: FigureValue,
    /// 99th percentile.
    pub p99: FigureValue,
    /// Maximum.
    pub max: FigureValue,
}

pub(super) fn summary_columns() -> Vec<Column> {
    columns(&[
        ("metric", "name of the phase, span, or `service.<outcome>`"),
        ("count", "number of values"),
        ("min_us", "smallest value"),
        ("mean_us", "mean of the values"),
        ("stddev_us", "standard deviation of the values"),
        (
            "p50_us",
            "median; in this and the following columns, `>x` means longer than x",
        ),
        ("p90_us", "90th percentile"),
        ("p95_us", "95th percentile"),
        ("p99_us", "99th percentile"),
        ("p99_9_us", "99.9th percentile"),
        ("p99_99_us", "99.99th percentile"),
        ("max_us", "largest value"),
    ])
}

pub(super) fn histogram_columns() -> Vec<Column> {
    columns(&[
        ("metric", "name of the phase, span, or `service.<outcome>`"),
        ("value_us", "upper end of the bucket"),
        ("count", "values in the bucket"),
        ("cumulative", "values in this bucket and those below"),
        ("quantile", "`cumulative` as a share of all values"),
    ])
}

/// Writes a row for each phase and span, and for the service time of each
/// other outcome that has one.
pub(super) fn write_summary(measured: &Measurements, to: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(header(&summary_columns()))?;
    for metric in Metric::all() {
        let listed = !matches!(metric, Metric::Service(_)) || measured.count(metric) > 0;
        if listed {
            writer.write_record(summary_row(measured, metric))?;
        }
    }
    Ok(writer.flush()?)
}

fn summary_row(measured: &Measurements, metric: Metric) -> Vec<String> {
    let mut row = vec![metric.name(), measured.count(metric).to_string()];
    match measured.histograms().of(metric) {
        None => row.extend([(); 3].map(|()| String::new())),
        Some(histogram) => row.extend([
            nanos(histogram.min()),
            number(histogram.mean() / 1e3),
            number(histogram.stdev() / 1e3),
        ]),
    }
    row.extend(QUANTILES.map(|q| quantile(measured.quantile(metric, q))));
    row
}

/// Writes every bucket that is not empty.
pub(super) fn write_histogram(measured: &Measurements, to: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(header(&histogram_columns()))?;
    for (metric, histogram) in measured.histograms().iter() {
        let (name, mut cumulative) = (metric.name(), 0);
        for bucket in histogram.iter_recorded() {
            cumulative += bucket.count_at_value();
            let quantile = cumulative as f64 / histogram.len() as f64;
            writer.write_record([
                name.as_str(),
                &nanos(bucket.value_iterated_to()),
                &bucket.count_at_value().to_string(),
                &cumulative.to_string(),
                &format!("{quantile:.6}"),
            ])?;
        }
    }
    Ok(writer.flush()?)
}

/// Reads the rows back; the error names the line and what is wrong with it.
pub(super) fn read_summary(text: &str) -> Result<Vec<SummaryLine>, String> {
    read_rows(text, read_line)
}

fn read_line(header: &csv::StringRecord, row: &csv::StringRecord) -> Option<SummaryLine> {
    let cell = |name| row.get(header.iter().position(|column| column == name)?);
    Some(SummaryLine {
        metric: Metric::from_name(cell("metric")?)?,
        count: cell("count")?.parse().ok()?,
        p50: read_quantile(cell("p50_us")?)?,
        p90: read_quantile(cell("p90_us")?)?,
        p99: read_quantile(cell("p99_us")?)?,
        max: read_quantile(cell("max_us")?)?,
    })
}
