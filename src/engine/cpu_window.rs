//! The CPU used in the measured window.

use std::time::Duration;

use super::threads::serves_messages;
use crate::sys::cpu::CpuTimes;
use crate::vocabulary::Instant;

/// From the end of the warm-up to the end of the schedule.
#[derive(Debug)]
pub(super) struct CpuWindow {
    /// Process id of the embedded mock, for its CPU.
    mock: Option<u32>,
    /// When it was opened, and the CPU used until then.
    opened: Option<(Instant, CpuTimes)>,
    /// The CPU used in it, and its length.
    used: Option<(CpuTimes, Duration)>,
}

impl CpuWindow {
    pub(super) const fn new(mock: Option<u32>) -> Self {
        Self {
            mock,
            opened: None,
            used: None,
        }
    }

    /// Whether it has been opened.
    pub(super) const fn is_open(&self) -> bool {
        self.opened.is_some()
    }

    /// Opens it.
    pub(super) fn open(&mut self, now: Instant) {
        self.opened = Some((now, self.read()));
    }

    /// Closes it, or moves its end; nothing if it was never opened.
    pub(super) fn close(&mut self, now: Instant) {
        if let Some((since, before)) = &self.opened {
            self.used = Some((self.read().since(before), now.since(*since)));
        }
    }

    /// The CPU used in it, and its length; none if the run did not get that far.
    pub(super) fn used(&self) -> Option<(CpuTimes, Duration)> {
        self.used
    }

    fn read(&self) -> CpuTimes {
        CpuTimes::read(self.mock, serves_messages)
    }
}
