//! `--start-at`: waiting for the common start, and being ready for it.

use std::time::{Duration, SystemTime};

use crate::app::error::AppError;
use crate::app::start_at::StartAt;
use crate::engine::{Load, opening_time};
use crate::sys::clock::Clock;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::{ExitCode, Instant};

/// Beyond what the sessions take to be opened: for the mock to start, and the
/// target to be found. Short enough that no session is closed for idling
/// before the start (SES: after 10 s).
const RESERVE: Duration = Duration::from_secs(3);

/// How often an interrupt is looked for.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The moment of `--start-at` on the run's clock.
pub(super) fn on_clock(start: StartAt, clock: Clock) -> Result<Instant, AppError> {
    let left = start.after(SystemTime::now());
    let left = left.ok_or_else(|| {
        let why = format!("--start-at {start}: that is past; nothing was sent");
        AppError::new(ExitCode::MissedStart, why)
    })?;
    Ok(clock.now() + left)
}

/// Waits until it is time to open sessions; false when interrupted meanwhile.
pub(super) fn wait(start: Instant, load: &Load, clock: Clock, interrupts: &Interrupts) -> bool {
    let until = start - (opening_time(load) + RESERVE);
    while clock.now() < until {
        if interrupts.count() > 0 {
            return false;
        }
        clock.sleep_until(until.min(clock.now() + POLL_INTERVAL));
    }
    true
}
