//! The run's clock, and sleeping by it.

use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_gettime, clock_nanosleep};

use crate::vocabulary::Instant;

/// Counts from the moment it was made: the run's origin. A copy is the same clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// `CLOCK_MONOTONIC` at the origin, in nanoseconds.
    origin: u64,
}

impl Clock {
    /// A clock whose origin is now.
    pub fn start() -> Self {
        Self {
            origin: monotonic(),
        }
    }

    /// Now.
    pub fn now(&self) -> Instant {
        Instant::from_nanos(monotonic().saturating_sub(self.origin))
    }

    /// Blocks the thread until `moment`, or until a signal handler ran. Exact
    /// to the machine's wake-up latency in a thread that called
    /// [`wake_exactly`].
    pub fn sleep_until(&self, moment: Instant) {
        let nanos = self.origin.saturating_add(moment.nanos());
        let until = TimeSpec::from_duration(Duration::from_nanos(nanos));
        // Interrupted or done: the caller looks at the clock again either way.
        let _ = clock_nanosleep(
            ClockId::CLOCK_MONOTONIC,
            ClockNanosleepFlags::TIMER_ABSTIME,
            &until,
        );
    }
}

/// Asks the kernel to wake this thread without the 50 us of slack it allows
/// itself by default (`PR_SET_TIMERSLACK`, prctl(2)).
pub fn wake_exactly() {
    // Refused only where prctl itself is: then the default slack stays, and
    // the slip that is measured shows it.
    let _ = nix::sys::prctl::set_timerslack(1);
}

fn monotonic() -> u64 {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC)
        .expect("every Linux since 2.6 has a monotonic clock");
    // Positive, and past u64 only after 584 years of uptime.
    now.tv_sec() as u64 * 1_000_000_000 + now.tv_nsec() as u64
}
