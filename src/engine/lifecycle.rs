//! How far the run has come, told by its conductor to every slot.

use tokio::sync::watch;

/// The acts of a run, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lifecycle {
    /// Sessions are opened ahead.
    Opening,
    /// The clock runs.
    Running,
    /// Every message has ended: sessions may.
    Closing,
    /// Whatever still goes on is dropped.
    Aborting,
}

/// The conductor's end.
pub(super) struct LifecycleSender(watch::Sender<Lifecycle>);

/// A slot's end.
#[derive(Clone)]
pub(super) struct LifecycleReceiver(watch::Receiver<Lifecycle>);

impl LifecycleSender {
    pub(super) fn new() -> (Self, LifecycleReceiver) {
        let (sender, receiver) = watch::channel(Lifecycle::Opening);
        (Self(sender), LifecycleReceiver(receiver))
    }

    /// Begins the next act.
    pub(super) fn advance_to(&self, act: Lifecycle) {
        self.0.send_replace(act);
    }
}

impl LifecycleReceiver {
    /// Waits until that act, or a later one, has begun.
    pub(super) async fn wait_for(&mut self, act: Lifecycle) {
        // The conductor gone is the end of the run.
        let _ = self.0.wait_for(|now| *now >= act).await;
    }

    /// Whether that act, or a later one, has begun.
    pub(super) fn has_reached(&self, act: Lifecycle) -> bool {
        *self.0.borrow() >= act
    }
}
