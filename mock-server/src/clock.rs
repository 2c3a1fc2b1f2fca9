//! The clock of a server: turns the system's time into [`Instant`].
//!
//! It sets the origin of a server's time, and is the only reader of the system's
//! clock. The timers of `server` do the waiting.

use std::time::{self, SystemTime, UNIX_EPOCH};

use crate::protocol::Instant;

/// Time since the start of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: time::Instant,
    unix_ms: u64,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH);
        Clock {
            origin: time::Instant::now(),
            // A clock before 1970 affects only message ids.
            unix_ms: unix.map_or(0, |unix| unix.as_millis() as u64),
        }
    }

    pub(crate) fn now(self) -> Instant {
        Instant::from(self.origin.elapsed())
    }

    /// Unix time of `Instant(0)` in milliseconds.
    pub(crate) fn origin_unix_ms(self) -> u64 {
        self.unix_ms
    }

    /// The same time for tokio's timers.
    pub(crate) fn tokio_instant(self, at: Instant) -> tokio::time::Instant {
        let far = time::Duration::from_secs(86_400 * 365);
        let after = at.since(Instant(0)).min(self.origin.elapsed() + far);
        (self.origin + after).into()
    }
}
