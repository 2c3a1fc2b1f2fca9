//! Passes a decision of another thread to a waiting slot.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::dispatch::Post;

/// One slot's mailbox: space for one post, and the slot's waker while it waits.
#[derive(Debug, Default)]
pub(super) struct Mailbox(Mutex<(Option<Post>, Option<Waker>)>);

impl Mailbox {
    /// Leaves a post; the caller has to wake the returned waker, if the slot
    /// waits.
    #[must_use]
    pub(super) fn put(&self, post: Post) -> Option<Waker> {
        let mut inside = self.open();
        inside.0 = Some(post);
        inside.1.take()
    }

    /// Takes the post, if there is one.
    pub(super) fn take(&self) -> Option<Post> {
        self.open().0.take()
    }

    /// Waits for a post.
    pub(super) async fn wait(&self) -> Post {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<Post> {
        let mut inside = self.open();
        match inside.0.take() {
            Some(post) => Poll::Ready(post),
            None => {
                match &mut inside.1 {
                    Some(waker) => waker.clone_from(cx.waker()),
                    none => *none = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, (Option<Post>, Option<Waker>)> {
        // No code panics while it holds this lock, so the data is consistent
        // even if poisoned.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
