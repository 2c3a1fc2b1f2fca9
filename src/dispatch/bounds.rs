//! What holds attempts back, first ones and retries alike.

use std::time::Duration;

use serde::Serialize;

/// How fast attempts may start, and how many of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// The least time from one attempt's start to the next; none: no bound.
    pub gap: Option<Duration>,
    /// The most attempts that may be begun; none: no bound.
    pub attempts: Option<u64>,
}
