//! Requests to end a run before its schedule does.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::vocabulary::StopReason;

/// A request to stop, which any thread may make; the first reason counts.
#[derive(Debug, Default)]
pub(crate) struct Stop(
    /// The reason's index in the table, from 1; 0: none.
    AtomicU8,
);

impl Stop {
    /// Requests a stop.
    pub(crate) fn request(&self, reason: StopReason) {
        let code = reason as u8 + 1;
        let _ = self
            .0
            .compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Whether a stop was requested.
    pub(crate) fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }

    /// Why a stop was requested.
    pub(crate) fn reason(&self) -> Option<StopReason> {
        let code = usize::from(self.0.load(Ordering::Acquire));
        StopReason::ALL.get(code.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_counts() {
        for &reason in StopReason::ALL {
            let stop = Stop::default();
            assert_eq!((stop.is_stopped(), stop.reason()), (false, None));
            stop.request(reason);
            stop.request(StopReason::Interrupted);
            assert_eq!((stop.is_stopped(), stop.reason()), (true, Some(reason)));
        }
    }
}
