//! What a test asks of a running server, and changes in it.

use std::thread;
use std::time::{Duration, Instant};

use super::Server;
use crate::account::{Limits, Used};
use crate::capture::{Capture, Message};
use crate::observers::Counts;
use crate::observers::judge::Report;
use crate::settings::{Fault, SettingsError};

/// How long to wait between two looks at the counts.
const POLL: Duration = Duration::from_millis(1);

/// What a server was waited for did not happen in time.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("timed out after {timeout:?}; counts: {}", as_json(counts))]
pub struct TimedOut {
    /// How long was waited.
    pub timeout: Duration,
    /// What had happened by then.
    pub counts: Box<Counts>,
}

/// As the command's last line shows them.
fn as_json(counts: &Counts) -> String {
    serde_json::to_string(counts).expect("plain data has a JSON form")
}

impl Server {
    /// What happened so far, or since the last [`reset`](Self::reset).
    ///
    /// A message counts as accepted when it is judged and kept: the client may
    /// get its 250 a little later, and `latency.dot` later where that is set.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.handle.counts()
    }

    /// Waits until `holds` is true of the [`counts`](Self::counts), at most for
    /// `timeout`, and says what they were then: for clients that send in the
    /// background.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let server = sesbench_mock::Server::builder().start()?;
    /// // Where the client begins to send.
    /// let error = server
    ///     .wait_for(|counts| counts.accepted == 3, Duration::from_millis(20))
    ///     .unwrap_err();
    /// assert_eq!(error.counts.accepted, 0);
    /// assert!(error.to_string().starts_with("timed out after 20ms; counts: {"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// It blocks its thread. In an async test whose runtime has only that one,
    /// which is what `#[tokio::test]` makes, a client on the same runtime could
    /// not go on meanwhile: take `#[tokio::test(flavor = "multi_thread")]`, or
    /// wait in `tokio::task::spawn_blocking` with the server in an `Arc`.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] with the last counts, when the time is over.
    pub fn wait_for(
        &self,
        holds: impl Fn(&Counts) -> bool,
        timeout: Duration,
    ) -> Result<Counts, TimedOut> {
        let start = Instant::now();
        loop {
            let counts = self.counts();
            if holds(&counts) {
                return Ok(counts);
            }
            if start.elapsed() >= timeout {
                let counts = Box::new(counts);
                return Err(TimedOut { timeout, counts });
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

    /// What went wrong so far with the files of `capture`: how many messages are
    /// not among them, and why. Waits until what was accepted is written; to
    /// be asked before [`stop`](Self::stop), which waits for the files, too.
    #[must_use]
    pub fn capture_problem(&self) -> Option<String> {
        self.handle.capture().and_then(Capture::settle)
    }

    /// How clients treated it, and what they should change; `None` when
    /// nobody was watching (`judge = false`).
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        self.handle.report()
    }

    /// Changes what the account may send, from now on; what was used stays used,
    /// even if there is no limit for a while. `change` may ask the server.
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
    /// When [`Settings::check`](crate::Settings::check) would not take the limits; they stay as they
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
    /// use sesbench_mock::At;
    /// use sesbench_mock::settings::{Action, Fault};
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
