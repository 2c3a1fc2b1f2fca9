//! The whole distribution of each metric.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::vocabulary::Metric;

/// How often each duration was measured, by metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distributions(BTreeMap<Metric, Vec<(Duration, u64)>>);

impl Distributions {
    /// Durations in ascending order, and how often each was measured; may be empty.
    pub fn of(&self, metric: impl Into<Metric>) -> &[(Duration, u64)] {
        self.0.get(&metric.into()).map_or(&[], Vec::as_slice)
    }

    /// The median; none without values.
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
