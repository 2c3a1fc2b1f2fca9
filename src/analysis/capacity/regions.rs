//! What each of several regions has to be asked for: quotas are per region.

use serde::Serialize;

use super::question::Question;
use super::quota::SendQuota;

/// What each of several regions has to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Regions {
    pub(crate) number: u32,
    /// With an equal share each.
    pub(crate) each: SendQuota,
    /// So that the others carry all when one fails; none with one region.
    pub(crate) each_without_one: Option<SendQuota>,
}

impl Question {
    pub(super) fn regions(&self, asked: SendQuota) -> Regions {
        let share = |parts: u32| SendQuota {
            rate_per_s: (asked.rate_per_s / f64::from(parts)).ceil(),
            per_day: asked.per_day.map(|day| day.div_ceil(u64::from(parts))),
        };
        Regions {
            number: self.regions,
            each: share(self.regions),
            each_without_one: (self.regions > 1).then(|| share(self.regions - 1)),
        }
    }
}
