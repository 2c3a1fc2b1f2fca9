//! Ends a run early for a reason that only shows while it goes on.
//!
//! A watch sees each complete second, on the thread that collects the results: the
//! path of a message does not know of it. What a watch looks for is its own business;
//! that the run then drains and is judged as after any stop is the engine's.

use crate::measure::{Measurements, Second};
use crate::vocabulary::StopReason;

/// Sees a run second by second.
pub(crate) trait Watch: Send {
    /// Called with each complete second, in order, and with everything measured up to
    /// its end; `second.gauges.backlog` is the number of messages that wait. A reason
    /// ends the run, unless another came first.
    fn on_second(&mut self, second: &Second, measured: &Measurements) -> Option<StopReason>;
}
