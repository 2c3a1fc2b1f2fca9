//! What a test asks of a running server, and changes in it.

use std::thread;
use std::time::{Duration, Instant};

use super::Server;
use crate::account::{Counts, Limits, Used};
use crate::capture::Message;
use crate::judge::Report;
use crate::settings::{Fault, SettingsError};

/// How long to wait between two looks at the counts.
const POLL: Duration = Duration::from_millis(1);

impl Server {
    /// What happened so far, or since the last [`reset`](Self::reset).
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.handle.counts()
    }

    /// Waits until `holds` is true of the counts, at most for `timeout`, and
    /// says what they were then: for clients that send in the background.
    ///
    /// # Errors
    ///
    /// The last counts, when the time is over.
    #[expect(clippy::result_large_err, reason = "it comes once, after a wait")]
    pub fn wait_for(
        &self,
        holds: impl Fn(&Counts) -> bool,
        timeout: Duration,
    ) -> Result<Counts, Counts> {
        let end = Instant::now() + timeout;
        loop {
            let counts = self.counts();
            if holds(&counts) {
                return Ok(counts);
            }
            if Instant::now() >= end {
                return Err(counts);
            }
            thread::sleep(POLL);
        }
    }

    /// The messages it accepted, the oldest first, where they are kept in
    /// memory: with [`builder`](Self::builder), the last 10,000 or 64 MiB.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        let messages = self.handle.messages();
        messages.iter().map(|m| Message::clone(m)).collect()
    }

    /// How clients treated it, and what they should change; `None` when
    /// nobody was watching (`judge = false`).
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        self.handle.report()
    }

    /// Changes what the account may send, from now on; what was used stays used.
    ///
    /// ```
    /// let server = sesbench_mock::Server::builder().start()?;
    /// server.set_quota(|limits| limits.rate = Some(2.0))?;
    /// assert!(server.set_quota(|limits| limits.rate = Some(-2.0)).is_err());
    /// assert_eq!(server.quota().rate, Some(2.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When [`Settings::check`] would not take the limits; they stay as they
    /// were.
    pub fn set_quota(&self, change: impl FnOnce(&mut Limits)) -> Result<(), SettingsError> {
        self.handle.set_limits(change)
    }

    /// What the account may send now.
    #[must_use]
    pub fn quota(&self) -> Limits {
        self.handle.account.limits()
    }

    /// What it has used of that.
    #[must_use]
    pub fn used(&self) -> Used {
        self.handle.used()
    }

    /// Pauses the account's sending, or lets it go on.
    pub fn pause(&self, paused: bool) {
        self.handle.account.pause(paused);
    }

    /// Puts these faults in place of those in force. They count from their
    /// first occasion; sessions that are open go on.
    ///
    /// ```
    /// use sesbench_mock::settings::{Action, At, Fault};
    ///
    /// let server = sesbench_mock::Server::builder().start()?;
    /// let reset = Fault { action: Some(Action::Reset), ..Fault::new(At::Dot) };
    /// server.set_faults(&[reset])?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When [`Settings::check`](crate::Settings::check) would not take them;
    /// then the old ones stay in force.
    pub fn set_faults(&self, faults: &[Fault]) -> Result<(), SettingsError> {
        self.handle.set_faults(faults)
    }

    /// As if it had just been started: counts, used quotas, notes on clients,
    /// messages in memory. Sessions that are open go on.
    pub fn reset(&self) {
        self.handle.reset();
    }
}
