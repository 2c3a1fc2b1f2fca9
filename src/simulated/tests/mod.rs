//! Exact tests of whole sessions and runs.

mod closed;
mod cuts;
mod ending;
mod hand_over;
mod limits;
mod outages;
mod periodic_stalls;
mod pipelining;
mod properties;
mod refusals;
mod retries;
mod session;
mod splits;
mod stalls;
mod timeouts;

use std::time::Duration;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
