//! How far the run has come, told by its conductor to every slot.

use tokio::sync::watch;

/// The acts of a run, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    /// Sessions are opened ahead.
    Opening,
    /// The clock runs.
    Running,
    /// Every message has ended: sessions may.
    Closing,
    /// Whatever still goes on is dropped.
    Cut,
}

/// The conductor's end.
pub(super) struct Curtain(watch::Sender<Act>);

/// A slot's end.
#[derive(Clone)]
pub(super) struct Audience(watch::Receiver<Act>);

impl Curtain {
    pub(super) fn new() -> (Self, Audience) {
        let (sender, receiver) = watch::channel(Act::Opening);
        (Self(sender), Audience(receiver))
    }

    /// Begins the next act.
    pub(super) fn raise(&self, act: Act) {
        self.0.send_replace(act);
    }
}

impl Audience {
    /// Waits until that act, or a later one, has begun.
    pub(super) async fn wait_for(&mut self, act: Act) {
        // The conductor gone is the end of the run.
        let _ = self.0.wait_for(|now| *now >= act).await;
    }

    /// Whether that act, or a later one, has begun.
    pub(super) fn has_begun(&self, act: Act) -> bool {
        *self.0.borrow() >= act
    }
}
