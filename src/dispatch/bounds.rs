//! Limits on attempts, first ones and retries alike.

use std::time::Duration;

use serde::Serialize;

/// How fast attempts may start, and how many of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// The minimum time from the start of an attempt to the next; none: no
    /// limit.
    pub gap: Option<Duration>,
    /// The maximum number of attempts; none: no limit.
    pub attempts: Option<u64>,
}
