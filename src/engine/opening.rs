//! How far the opening of sessions ahead of the clock has come.

use std::sync::atomic::{AtomicU32, Ordering};

/// Counts slots whose first session was tried.
#[derive(Debug)]
pub(super) struct OpeningProgress {
    slots: u32,
    tried: AtomicU32,
    ready: AtomicU32,
}

impl OpeningProgress {
    pub(super) fn new(slots: u32) -> Self {
        Self {
            slots,
            tried: AtomicU32::new(0),
            ready: AtomicU32::new(0),
        }
    }

    /// A slot has tried, and its session is ready or is not.
    pub(super) fn tried(&self, ready: bool) {
        if ready {
            self.ready.fetch_add(1, Ordering::Relaxed);
        }
        self.tried.fetch_add(1, Ordering::Release);
    }

    /// Whether every slot has.
    pub(super) fn is_done(&self) -> bool {
        self.tried.load(Ordering::Acquire) >= self.slots
    }

    /// How many sessions became ready at the first try.
    pub(super) fn ready(&self) -> u32 {
        self.ready.load(Ordering::Relaxed)
    }
}
