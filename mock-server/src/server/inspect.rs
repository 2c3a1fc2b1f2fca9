//! Methods with which tests read and change a running server.

use std::thread;
use std::time::{Duration, Instant};

use super::Server;
use crate::account::{Limits, Used};
use crate::capture::{Capture, Message};
use crate::observers::Counts;
use crate::observers::judge::Report;
use crate::settings::{Fault, SettingsError};
use crate::units::duration;

/// Interval at which the counts are polled.
const POLL: Duration = Duration::from_millis(1);

/// The awaited condition did not hold in time.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("timed out after {}; counts: {}", duration::format(*timeout), as_json(counts))]
pub struct TimedOut {
    /// The time limit.
    pub timeout: Duration,
    /// The counts at that time.
    pub counts: Box<Counts>,
}

/// In the form of the command's last line.
fn as_json(counts: &Counts) -> String {
    serde_json::to_string(counts).expect("plain data has a JSON form")
}

impl Server {
    /// The counts since the start, or since the last [`reset`](Self::reset).
    ///
    /// A message counts as accepted when it has been evaluated and stored. The
    /// client gets its 250 a little later, after `latency.dot` if that is set.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.handle.counts()
    }

    /// Waits until `holds` is true for the [`counts`](Self::counts), at most for
    /// `timeout`, and returns them: for clients that send in the background.
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
    /// It blocks its thread. With `#[tokio::test]`, whose runtime has only that
    /// thread, a client on the same runtime cannot run meanwhile: use
    /// `#[tokio::test(flavor = "multi_thread")]`, or wait in
    /// `tokio::task::spawn_blocking` with the server in an `Arc`.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] with the last counts, after the time limit.
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

    /// The accepted messages, the oldest first, if they are kept in memory: with
    /// [`builder`](Self::builder), the last 10,000 or 64 MiB.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        let messages = self.handle.messages();
        messages.iter().map(|m| Message::clone(m)).collect()
    }

    /// Errors so far with the files of `capture`: how many messages are missing,
    /// and why. Waits until all accepted messages are written. Call it before
    /// [`stop`](Self::stop), which also waits for the files.
    #[must_use]
    pub fn capture_problem(&self) -> Option<String> {
        self.handle.capture().and_then(Capture::settle)
    }

    /// How clients treated SES, and what they should change; `None` with
    /// `judge = false`.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        self.handle.report()
    }

    /// Changes the account's limits from now on. Used quota stays used, even
    /// after a time without a limit. `change` can call methods of the server.
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
    /// When [`Settings::check`](crate::Settings::check) refuses the limits; then
    /// the old ones stay.
    pub fn set_quota(&self, change: impl FnOnce(&mut Limits)) -> Result<(), SettingsError> {
        self.handle.set_limits(change)
    }

    /// The account's current limits.
    #[must_use]
    pub fn quota(&self) -> Limits {
        self.handle.account.limits()
    }

    /// How much of them is used.
    #[must_use]
    pub fn used(&self) -> Used {
        self.handle.used()
    }

    /// Pauses or resumes the account's sending.
    pub fn pause(&self, paused: bool) {
        self.handle.account.pause(paused);
    }

    /// Replaces all fault rules. The new ones count from their first occasion;
    /// open sessions continue.
    ///
    /// ```
    /// use sesbench_mock::Stage;
    /// use sesbench_mock::settings::{FaultAction, Fault};
    ///
    /// let server = sesbench_mock::Server::builder().start()?;
    /// let reset = Fault { action: Some(FaultAction::Reset), ..Fault::new(Stage::Dot) };
    /// server.set_faults(&[reset])?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When [`Settings::check`](crate::Settings::check) refuses them; then the
    /// old ones stay.
    pub fn set_faults(&self, faults: &[Fault]) -> Result<(), SettingsError> {
        self.handle.set_faults(faults)
    }

    /// Resets counts, used quotas, the report and messages in memory, as after a
    /// start. Open sessions continue.
    pub fn reset(&self) {
        self.handle.reset();
    }
}
