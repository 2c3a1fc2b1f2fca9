//! The run's clock, and sleeping by it.

use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_gettime, clock_nanosleep};

use crate::vocabulary::Instant;

/// Counts from the moment of its creation: the run's origin. A copy is the same
/// clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// `CLOCK_MONOTONIC` at the origin, in nanoseconds.
    origin: u64,
}

impl Clock {
    /// A clock whose origin is now.
    pub(crate) fn start() -> Self {
        Self {
            origin: monotonic(),
        }
    }

    /// Now.
    pub(crate) fn now(&self) -> Instant {
        Instant::from_nanos(monotonic().saturating_sub(self.origin))
    }

    /// Blocks the thread until `moment`, or until a signal handler has run. The
    /// precision is the machine's wake-up latency if the thread has called
    /// [`wake_exactly`].
    pub(crate) fn sleep_until(&self, moment: Instant) {
        let nanos = self.origin.saturating_add(moment.nanos());
        let until = TimeSpec::from_duration(Duration::from_nanos(nanos));
        // Whether interrupted or done, the caller reads the clock again.
        let _ = clock_nanosleep(
            ClockId::CLOCK_MONOTONIC,
            ClockNanosleepFlags::TIMER_ABSTIME,
            &until,
        );
    }
}

/// Makes the kernel wake this thread without its default timer slack of 50 us
/// (`PR_SET_TIMERSLACK`, prctl(2)).
pub(crate) fn wake_exactly() {
    // It fails only where prctl itself is refused: then the default slack
    // stays, and the measured slip shows it.
    let _ = nix::sys::prctl::set_timerslack(1);
}

fn monotonic() -> u64 {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC)
        .expect("every Linux since 2.6 has a monotonic clock");
    // Positive, and larger than a u64 only after 584 years of uptime.
    now.tv_sec() as u64 * 1_000_000_000 + now.tv_nsec() as u64
}
