//! `summary.csv` and `histogram.csv`: latencies in the measured window.

use std::io::Write;

use super::columns::{Column, columns, header, read_rows};
use super::numbers::{nanos, optional, quantile, read_optional, read_quantile};
use crate::measure::{FigureSource, Measurements};
use crate::vocabulary::{FigureValue, Metric};

pub(super) const SUMMARY: &str = "summary.csv";
pub(super) const HISTOGRAM: &str = "histogram.csv";

/// A row of `summary.csv`; times in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SummaryLine {
    /// The metric.
    pub metric: Metric,
    /// Number of values.
    pub count: u64,
    /// Smallest value; none if there are no values.
    pub min: Option<f64>,
    /// Mean; none if there are no values.
    pub mean: Option<f64>,
    /// Standard deviation; none if there are no values.
    pub stddev: Option<f64>,
    /// Median.
    pub p50: FigureValue,
    /// 90th percentile.
    pub p90: FigureValue,
    /// 95th percentile.
    pub p95: FigureValue,
    /// 99th percentile.
    pub p99: FigureValue,
    /// 99.9th percentile.
    pub p99_9: FigureValue,
    /// 99.99th percentile.
    pub p99_99: FigureValue,
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

/// A line for each phase and span, and for the service time of each other outcome
/// that has one.
pub(super) fn summary(measured: &Measurements) -> Vec<SummaryLine> {
    let listed =
        |metric: &Metric| !matches!(metric, Metric::Service(_)) || measured.count(*metric) > 0;
    let metrics = Metric::all().filter(listed);
    metrics.map(|metric| line(measured, metric)).collect()
}

fn line(measured: &Measurements, metric: Metric) -> SummaryLine {
    let histogram = measured.histograms().of(metric);
    let quantile = |q| measured.quantile(metric, q);
    SummaryLine {
        metric,
        count: measured.count(metric),
        min: histogram.map(|histogram| histogram.min() as f64 / 1e3),
        mean: histogram.map(|histogram| histogram.mean() / 1e3),
        stddev: histogram.map(|histogram| histogram.stdev() / 1e3),
        p50: quantile(0.5),
        p90: quantile(0.9),
        p95: quantile(0.95),
        p99: quantile(0.99),
        p99_9: quantile(0.999),
        p99_99: quantile(0.9999),
        max: quantile(1.0),
    }
}

/// Writes the content of `summary.csv`.
pub(crate) fn write_summary(lines: &[SummaryLine], to: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(header(&summary_columns()))?;
    for line in lines {
        writer.write_record(cells(line))?;
    }
    Ok(writer.flush()?)
}

pub(super) fn cells(line: &SummaryLine) -> [String; 12] {
    [
        line.metric.name(),
        line.count.to_string(),
        optional(line.min),
        optional(line.mean),
        optional(line.stddev),
        quantile(line.p50),
        quantile(line.p90),
        quantile(line.p95),
        quantile(line.p99),
        quantile(line.p99_9),
        quantile(line.p99_99),
        quantile(line.max),
    ]
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

/// Reads the lines back; the error names the line and what is wrong with it.
pub(super) fn read_summary(text: &str) -> Result<Vec<SummaryLine>, String> {
    read_rows(text, read_line)
}

fn read_line(header: &csv::StringRecord, row: &csv::StringRecord) -> Option<SummaryLine> {
    let cell = |name| row.get(header.iter().position(|column| column == name)?);
    Some(SummaryLine {
        metric: Metric::from_name(cell("metric")?)?,
        count: cell("count")?.parse().ok()?,
        min: read_optional(cell("min_us")?)?,
        mean: read_optional(cell("mean_us")?)?,
        stddev: read_optional(cell("stddev_us")?)?,
        p50: read_quantile(cell("p50_us")?)?,
        p90: read_quantile(cell("p90_us")?)?,
        p95: read_quantile(cell("p95_us")?)?,
        p99: read_quantile(cell("p99_us")?)?,
        p99_9: read_quantile(cell("p99_9_us")?)?,
        p99_99: read_quantile(cell("p99_99_us")?)?,
        max: read_quantile(cell("max_us")?)?,
    })
}
