//! Progress of opening sessions ahead of the clock.

use std::sync::atomic::{AtomicU32, Ordering};

/// Counts slots that have tried to open their first session.
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

    /// A slot has tried to open its first session; `ready` is the result.
    pub(super) fn tried(&self, ready: bool) {
        if ready {
            self.ready.fetch_add(1, Ordering::Relaxed);
        }
        self.tried.fetch_add(1, Ordering::Release);
    }

    /// Whether every slot has tried.
    pub(super) fn is_done(&self) -> bool {
        self.tried.load(Ordering::Acquire) >= self.slots
    }

    /// How many sessions were ready after the first try.
    pub(super) fn ready(&self) -> u32 {
        self.ready.load(Ordering::Relaxed)
    }
}
