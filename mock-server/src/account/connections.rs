//! The open sessions of an account, and the limit on them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Counts open sessions, up to a limit.
#[derive(Debug)]
pub(super) struct Connections {
    max: u32,
    open: Arc<AtomicU32>,
}

/// A session that counts as open until this is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPermit {
    open: Arc<AtomicU32>,
}

impl Connections {
    /// Without a limit if there is no `max`.
    pub(super) fn new(max: Option<u32>) -> Connections {
        Connections {
            max: max.unwrap_or(u32::MAX),
            open: Arc::default(),
        }
    }

    /// Counts a session as open, unless the limit is reached.
    pub(super) fn enter(&self) -> Option<ConnectionPermit> {
        // Atomic: a refused session never counts, not even briefly.
        self.open
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |open| {
                (open < self.max).then(|| open + 1)
            })
            .ok()?;
        let open = Arc::clone(&self.open);
        Some(ConnectionPermit { open })
    }

    /// Number of open sessions.
    #[cfg(any(test, feature = "control"))]
    pub(super) fn open(&self) -> u32 {
        self.open.load(Ordering::Relaxed)
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permit_counts_until_it_is_dropped_and_a_refused_session_never() {
        let connections = Connections::new(Some(2));
        let first = connections.enter().unwrap();
        let second = connections.enter().unwrap();
        assert!(connections.enter().is_none());
        assert_eq!(connections.open(), 2);
        drop(first);
        assert_eq!(connections.open(), 1);
        assert!(connections.enter().is_some());
        drop(second);
        assert_eq!(connections.open(), 0);
    }

    #[test]
    fn without_a_limit_every_session_is_permitted() {
        let connections = Connections::new(None);
        let permits: Vec<_> = (0..1000).map_while(|_| connections.enter()).collect();
        assert_eq!((permits.len(), connections.open()), (1000, 1000));
    }
}
