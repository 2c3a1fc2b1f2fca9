//! Reads `histogram.csv`: the whole distribution of every metric.

use std::path::Path;
use std::time::Duration;

use super::Error;
use super::columns::read_rows;
use super::read::parse;
use super::summary::HISTOGRAM;
use crate::measure::Distributions;
use crate::vocabulary::Metric;

/// Reads the distributions of a run folder.
pub fn read_distributions(folder: &Path) -> Result<Distributions, Error> {
    let path = folder.join(HISTOGRAM);
    let rows = parse(&path, |text| read_rows(text, read_line))?;
    Ok(rows.into_iter().collect())
}

fn read_line(
    header: &csv::StringRecord,
    row: &csv::StringRecord,
) -> Option<(Metric, Duration, u64)> {
    let cell = |name| row.get(header.iter().position(|column| column == name)?);
    let micros: f64 = cell("value_us")?.parse().ok()?;
    let nanos = (micros * 1e3).round();
    (0.0..9e18).contains(&nanos).then_some(())?;
    Some((
        Metric::from_name(cell("metric")?)?,
        Duration::from_nanos(nanos as u64),
        cell("count")?.parse().ok()?,
    ))
}
