//! `histogram.csv` read back: every metric's whole distribution.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::Error;
use super::columns::read_rows;
use super::read::parse;
use super::summary::HISTOGRAM;
use crate::vocabulary::Metric;

/// How often each duration was measured, by metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distributions(BTreeMap<Metric, Vec<(Duration, u64)>>);

impl Distributions {
    /// Reads those of a run folder.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(HISTOGRAM);
        let rows = parse(&path, |text| read_rows(text, read_line))?;
        Ok(rows.into_iter().collect())
    }

    /// Durations, rising, and how often each was measured; empty where nothing was.
    pub fn of(&self, metric: impl Into<Metric>) -> &[(Duration, u64)] {
        self.0.get(&metric.into()).map_or(&[], Vec::as_slice)
    }

    /// The median; none where nothing was measured.
    pub fn median(&self, metric: impl Into<Metric>) -> Option<Duration> {
        let all = self.of(metric);
        let half = all.iter().map(|(_, count)| count).sum::<u64>().div_ceil(2);
        let mut cumulative = 0;
        let middle = all.iter().find(|(_, count)| {
            cumulative += count;
            cumulative >= half
        });
        middle.map(|(duration, _)| *duration)
    }
}

impl FromIterator<(Metric, Duration, u64)> for Distributions {
    fn from_iter<T: IntoIterator<Item = (Metric, Duration, u64)>>(rows: T) -> Self {
        let mut all = BTreeMap::<_, Vec<_>>::new();
        for (metric, duration, count) in rows {
            all.entry(metric).or_default().push((duration, count));
        }
        all.values_mut().for_each(|each| each.sort_unstable());
        Self(all)
    }
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
