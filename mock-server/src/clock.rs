//! The one clock of a server: what turns the system's time into [`Nanos`].
//!
//! It decides the origin from which a server counts, and reads the system's
//! clock for all others. Waiting for a moment is left to the server's timer.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::protocol::Nanos;

/// Counts from the start of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Instant,
    unix_ms: u64,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH);
        Clock {
            origin: Instant::now(),
            // A clock before 1970 gives odd message ids, nothing worse.
            unix_ms: unix.map_or(0, |unix| unix.as_millis() as u64),
        }
    }

    pub(crate) fn now(self) -> Nanos {
        Nanos::from(self.origin.elapsed())
    }

    /// Unix time of `Nanos(0)` in milliseconds.
    pub(crate) fn origin_unix_ms(self) -> u64 {
        self.unix_ms
    }

    /// The same moment as tokio's timers count it.
    pub(crate) fn instant(self, at: Nanos) -> tokio::time::Instant {
        let far = std::time::Duration::from_secs(86_400 * 365);
        let after = at.since(Nanos(0)).min(self.origin.elapsed() + far);
        (self.origin + after).into()
    }
}
