//! Detects stalls: times in which a thread of the generator did not run.
//!
//! A thread that ticks emits something at least once per tick. If it does not, it
//! was not scheduled or was stopped, and whatever it had in progress may have been
//! delayed by all of the time since its last event. Stalls shorter than a tick are
//! not detected; for a message that found a free slot, they are part of its slip.

use std::time::Duration;

use crate::vocabulary::Instant;

/// How late a tick may be before it counts as a stall: the wake-up latency of a busy
/// machine.
const TOLERANCE: Duration = Duration::from_millis(10);

/// Detects the stalls of its thread.
#[derive(Debug, Default)]
pub(super) struct StallWatch {
    /// Maximum time between two events; none if the thread does not tick.
    patience: Option<Duration>,
    heard: Option<Instant>,
    /// Sum of all stalls, in nanoseconds.
    total: u64,
    /// Sum of those not yet returned by `take`.
    untold: u64,
}

impl StallWatch {
    /// From now on the thread emits something at least at this interval.
    pub(super) fn expect_ticks(&mut self, every: Duration) {
        self.patience = Some(every + TOLERANCE);
    }

    /// Records a sign of life; returns the length of the stall that it ends.
    pub(super) fn hear(&mut self, at: Instant) -> Option<Duration> {
        let patience = self.patience?;
        let before = self.heard.replace(at)?;
        let silent = at.since(before);
        if silent <= patience {
            return None;
        }
        let nanos = at.nanos_since(before);
        self.total += nanos;
        self.untold += nanos;
        Some(silent)
    }

    /// Sum of all stalls so far, in nanoseconds: the difference of two readings is the
    /// stall time between them.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// The stall time since the last call.
    pub(super) fn take(&mut self) -> Option<Duration> {
        let untold = std::mem::take(&mut self.untold);
        (untold > 0).then(|| Duration::from_nanos(untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Instant {
        Instant::ORIGIN + Duration::from_millis(millis)
    }

    #[test]
    fn only_a_thread_that_ticks_can_be_found_to_stand_still() {
        let mut watch = StallWatch::default();
        assert_eq!((watch.hear(ms(0)), watch.hear(ms(900))), (None, None));
        watch.expect_ticks(Duration::from_millis(20));
        for at in [1_000, 1_020, 1_050] {
            assert_eq!(watch.hear(ms(at)), None, "{at}");
        }
        let stall = Duration::from_millis(31);
        assert_eq!(watch.hear(ms(1_081)), Some(stall));
        assert_eq!(watch.hear(ms(1_090)), None);
        assert_eq!(watch.hear(ms(1_390)), Some(Duration::from_millis(300)));
        assert_eq!(watch.total(), 331_000_000);
        assert_eq!(watch.take(), Some(Duration::from_millis(331)));
        assert_eq!(watch.take(), None);
    }
}
