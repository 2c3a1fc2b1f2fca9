//! What can be read and changed in a running server.
//!
//! A handle is shared by the server, the control endpoint and the command line.
//! It decides what a report and a reset include, because only here account,
//! observers, faults, captured messages and the clock are together. Its users
//! decide names, formats and paths.

use std::sync::Arc;

use crate::account::{Account, Limits, Used};
use crate::capture::{Capture, Message};
use crate::clock::Clock;
use crate::dialogue::Config;
use crate::observers::judge::Report;
use crate::observers::{Counts, Observers};
use crate::settings::{Fault, SettingsError, check_faults};

/// Clones share the same server.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    pub(crate) account: Arc<Account>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) config: Arc<Config>,
    pub(crate) capture: Option<Arc<Capture>>,
    pub(crate) clock: Clock,
}

impl Handle {
    #[cfg(feature = "control")]
    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn counts(&self) -> Counts {
        self.observers.counts()
    }

    pub(crate) fn used(&self) -> Used {
        self.account.used(self.clock.now())
    }

    pub(crate) fn set_limits(&self, change: impl FnOnce(&mut Limits)) -> Result<(), SettingsError> {
        self.account.set_limits(change, self.clock.now())
    }

    /// Replaces the current fault rules.
    pub(crate) fn set_faults(&self, faults: &[Fault]) -> Result<(), SettingsError> {
        check_faults(faults)?;
        self.config.faults().replace(faults);
        Ok(())
    }

    pub(crate) fn report(&self) -> Option<Report> {
        let quota = self.account.quota();
        self.observers.report(self.clock.now(), quota)
    }

    pub(crate) fn capture(&self) -> Option<&Capture> {
        self.capture.as_deref()
    }

    /// The messages in memory, the oldest first.
    pub(crate) fn messages(&self) -> Vec<Arc<Message>> {
        self.capture().map_or_else(Vec::new, Capture::messages)
    }

    /// Resets counts, used quota, report, fault counters and messages in memory.
    pub(crate) fn reset(&self) {
        self.account.reset();
        self.observers.reset(self.clock.now());
        self.config.faults().restart();
        if let Some(capture) = self.capture() {
            capture.clear();
        }
    }
}
