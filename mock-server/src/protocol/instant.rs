//! Time as pure modules get it: nanoseconds since an origin.
//!
//! The caller reads the clock and chooses the origin: for the server it is the
//! start, a simulation can use any.

use std::ops::Add;
use std::time::Duration;

/// A point in time, in nanoseconds since the caller's origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub u64);

impl Instant {
    /// The time since `earlier`; zero if `earlier` is later.
    #[must_use]
    pub(crate) fn since(self, earlier: Instant) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// Saturates, 584 years after the origin.
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
