//! The limiter thread: hands out messages that wait for the limiter alone.

use std::sync::Arc;

use super::Shared;
use super::feed::Feed;
use crate::sys::clock;

/// What the thread owns.
pub(super) struct LimiterThread(Arc<Shared>);

impl LimiterThread {
    /// None without a limiter. In the closed model the slots wait for it
    /// themselves.
    pub(super) fn for_run(shared: &Arc<Shared>) -> Option<Self> {
        let is_limited = matches!(&shared.feed, Feed::Open(feed) if feed.is_limited());
        is_limited.then(|| Self(shared.clone()))
    }

    /// Hands out messages until the feed is closed.
    pub(super) fn run(self) {
        if let Feed::Open(feed) = &self.0.feed {
            clock::wake_exactly();
            feed.release_at_limit();
        }
    }
}
