//! Wakes a thread that waits for several things at once.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A bell that many threads ring and one waits for. Clones are the same bell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bell(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    has_rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    /// Wakes the thread that waits, or the next that will.
    pub(crate) fn ring(&self) {
        *self.0.has_rung() = true;
        self.0.changed.notify_all();
    }

    /// Waits until the bell has rung since the last wait, or for that long.
    pub(crate) fn wait(&self, at_most: Duration) {
        let (changed, has_rung) = (&self.0.changed, self.0.has_rung());
        let waited = changed.wait_timeout_while(has_rung, at_most, |has_rung| !*has_rung);
        let (mut has_rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *has_rung = false;
    }

    /// Whether it has rung since the last wait.
    #[cfg(test)]
    pub(crate) fn has_rung(&self) -> bool {
        *self.0.has_rung()
    }
}

impl Inner {
    fn has_rung(&self) -> MutexGuard<'_, bool> {
        // No code panics while it holds this lock.
        self.has_rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// Longer than any test should take on any machine.
    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn a_ring_before_the_wait_is_not_missed_and_counts_once() {
        let bell = Bell::default();
        bell.ring();
        bell.ring();
        bell.wait(LONG);
        let twin = bell.clone();
        let ringer = thread::spawn(move || twin.ring());
        bell.wait(LONG);
        ringer.join().unwrap();
        bell.wait(Duration::ZERO);
    }
}
