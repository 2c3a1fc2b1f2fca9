//! The length of a schedule.

use std::time::Duration;

use serde::Serialize;

/// When the schedule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Length {
    /// After this much time, warm-up excluded.
    Duration(Duration),
    /// After this many messages, those of the warm-up excluded.
    Messages(u64),
}
