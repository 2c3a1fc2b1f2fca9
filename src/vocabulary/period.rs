//! A part of the schedule, such as its second minute.

use std::time::Duration;

/// A part of the schedule, in times from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its start; none: the end of the warm-up.
    pub from: Option<Duration>,
    /// Its end; none: the end of the schedule.
    pub to: Option<Duration>,
}
