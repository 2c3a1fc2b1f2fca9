//! The stages of a run's life, which every slot follows.

/// The stages, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lifecycle {
    /// Sessions are opened ahead.
    Opening,
    /// The clock runs.
    Running,
    /// Every message has ended; sessions end by QUIT.
    Closing,
    /// What is still in progress is aborted.
    Aborting,
}
