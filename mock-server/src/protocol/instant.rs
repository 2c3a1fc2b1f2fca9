//! The time that pure modules are given: nanoseconds since an origin.
//!
//! Who reads the clock, and what the origin is, is the caller's business: the
//! server counts from its start, a simulation from whatever it likes.

use std::ops::Add;
use std::time::Duration;

/// A moment, in nanoseconds since the caller's origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub u64);

impl Instant {
    /// The time from `earlier` to this moment; zero when `earlier` is later.
    #[must_use]
    pub(crate) fn since(self, earlier: Instant) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// Saturates: 584 years after the origin there are other worries.
impl From<Duration> for Instant {
    fn from(duration: Duration) -> Self {
        Instant(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        Instant(self.0.saturating_add(Instant::from(duration).0))
    }
}
