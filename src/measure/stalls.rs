//! Times in which a thread of the generator stood still.
//!
//! A thread that ticks is heard of at least so often. Where it is not, it was
//! not scheduled, or was stopped, and whatever it had under way may have been
//! held up by all of the time since it was last heard of. Shorter stalls than a
//! tick are not found here; what they do to a message that found a free slot is
//! in its slip.

use std::time::Duration;

use crate::vocabulary::Instant;

/// How much later than its tick a thread may be before it counts as a stall: a
/// busy machine's wake-up, not a rest.
const TOLERANCE: Duration = Duration::from_millis(10);

/// Notices when its thread stood still.
#[derive(Debug, Default)]
pub(super) struct StallWatch {
    /// The longest that nothing may be heard; none: this thread does not tick.
    patience: Option<Duration>,
    heard: Option<Instant>,
    /// All stalls so far, in nanoseconds.
    total: u64,
    /// Those that were not asked for yet.
    untold: u64,
}

impl StallWatch {
    /// From now on the thread is heard of every so often.
    pub(super) fn expect_ticks(&mut self, every: Duration) {
        self.patience = Some(every + TOLERANCE);
    }

    /// The thread is heard of; the length of the stall that this ends.
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

    /// The length of all stalls so far, in nanoseconds: the difference of two
    /// readings is what lies between them.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// The stalls since this was last asked.
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
