//! `--start-at`: waits for the common start, and leaves time to prepare for it.

use std::time::{Duration, SystemTime};

use crate::app::error::AppError;
use crate::app::start_at::StartAt;
use crate::engine::{Load, opening_time};
use crate::sys::bell::Bell;
use crate::sys::clock::Clock;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::{ExitCode, Instant};

/// Time in addition to the opening of the sessions: the mock starts, and the name
/// is resolved. Short enough that no session idles out before the start (SES:
/// after 10 s).
const RESERVE: Duration = Duration::from_secs(3);

/// The time of `--start-at` on the run's clock.
pub(super) fn on_clock(start: StartAt, clock: Clock) -> Result<Instant, AppError> {
    let left = start.after(SystemTime::now());
    let left = left.ok_or_else(|| {
        let why = format!("--start-at {start}: this time is past; nothing was sent");
        AppError::new(ExitCode::MissedStart, why)
    })?;
    Ok(clock.now() + left)
}

/// Waits until it is time to open sessions; false if interrupted.
pub(super) fn wait(start: Instant, load: &Load, clock: Clock, interrupts: &Interrupts) -> bool {
    let until = start - (opening_time(load) + RESERVE);
    let bell = Bell::default();
    interrupts.ring(&bell);
    while interrupts.count() == 0 {
        let now = clock.now();
        if now >= until {
            return true;
        }
        bell.wait(until.since(now));
    }
    false
}
