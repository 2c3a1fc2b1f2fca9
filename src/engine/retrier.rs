//! The retrier: a thread that releases retries whose back-off is over.

use std::sync::Arc;

use super::Shared;
use super::feed::Feed;

/// What the thread owns.
pub(super) struct Retrier(Arc<Shared>);

impl Retrier {
    /// None if it would have nothing to do: in the closed model the slots take
    /// retries themselves.
    pub(super) fn for_run(shared: &Arc<Shared>) -> Option<Self> {
        let is_open = matches!(shared.feed, Feed::Open(_));
        (is_open && shared.run.retry.is_some()).then(|| Self(shared.clone()))
    }

    /// Releases retries until there will be no more.
    pub(super) fn run(self) {
        let shared = &self.0;
        let Feed::Open(feed) = &shared.feed else {
            return;
        };
        while let Some(ticket) = shared.attempt_handler.wait_for_due(shared.run.clock) {
            feed.release(ticket);
        }
    }
}
