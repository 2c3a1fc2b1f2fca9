//! Ending a run before its schedule does.

use std::sync::atomic::{AtomicU8, Ordering};

/// Why a run was stopped before its schedule was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// The server refused the credentials: going on would lock the account.
    CredentialsRefused,
    /// Not one session could be opened, or kept.
    NoSession,
    /// A worker's thread ended by a defect.
    WorkerLost,
    /// The results can't be written any more.
    ResultsUnwritable,
}

/// A request to stop, which any thread may make; the first reason counts.
#[derive(Debug, Default)]
pub struct Stop(AtomicU8);

impl Stop {
    /// Asks the run to stop.
    pub fn request(&self, reason: StopReason) {
        let code = match reason {
            StopReason::Interrupted => 1,
            StopReason::CredentialsRefused => 2,
            StopReason::ResultsUnwritable => 3,
            StopReason::NoSession => 4,
            StopReason::WorkerLost => 5,
        };
        let _ = self
            .0
            .compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Whether it was asked to.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }

    /// Why it was asked to.
    pub fn reason(&self) -> Option<StopReason> {
        match self.0.load(Ordering::Acquire) {
            1 => Some(StopReason::Interrupted),
            2 => Some(StopReason::CredentialsRefused),
            3 => Some(StopReason::ResultsUnwritable),
            4 => Some(StopReason::NoSession),
            5 => Some(StopReason::WorkerLost),
            _ => None,
        }
    }
}
