//! The lifecycle of a run: the run controller advances it, every slot watches
//! it.

use tokio::sync::watch;

use crate::dispatch::Lifecycle;

/// The run controller's side.
pub(super) struct LifecycleSender(watch::Sender<Lifecycle>);

/// A slot's side.
#[derive(Clone)]
pub(super) struct LifecycleReceiver(watch::Receiver<Lifecycle>);

impl LifecycleSender {
    pub(super) fn new() -> (Self, LifecycleReceiver) {
        let (sender, receiver) = watch::channel(Lifecycle::Opening);
        (Self(sender), LifecycleReceiver(receiver))
    }

    /// Advances to this stage.
    pub(super) fn advance_to(&self, stage: Lifecycle) {
        self.0.send_replace(stage);
    }
}

impl LifecycleReceiver {
    /// Waits until this stage or a later one is reached.
    pub(super) async fn wait_for(&mut self, stage: Lifecycle) {
        // If the run controller has ended, so has the run.
        let _ = self.0.wait_for(|now| *now >= stage).await;
    }

    /// Whether this stage or a later one is reached.
    pub(super) fn has_reached(&self, stage: Lifecycle) -> bool {
        *self.0.borrow() >= stage
    }
}
