//! The client: its times, its sessions, and how it retries.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values::{factor, time, whole};
use crate::app::plan::TimesSource;
use crate::dispatch::Retry;

/// Assumed where nothing was measured: a client some 25 ms away from SES.
const USUAL_TRANSACTION: Duration = Duration::from_millis(150);
const USUAL_SETUP: Duration = Duration::from_millis(400);

/// Flags of the client.
#[derive(Args, Debug)]
#[command(next_help_heading = "Client")]
pub(super) struct ClientArgs {
    /// Measured run folders; repeatable
    ///
    /// They give the transaction and set-up times and the CPU per message.
    /// Without them these are assumed, and the result names that.
    #[arg(
        long,
        value_name = "DIR",
        num_args = 1..,
        conflicts_with_all = ["transaction", "setup"],
        verbatim_doc_comment
    )]
    run: Vec<PathBuf>,
    /// Mean time of a transaction
    ///
    /// [default: 150ms]
    #[arg(long, value_name = "TIME", value_parser = time)]
    transaction: Option<Duration>,
    /// Mean time of a session's set-up
    ///
    /// [default: 400ms]
    #[arg(long, value_name = "TIME", value_parser = time)]
    setup: Option<Duration>,
    /// Messages before a session is closed
    ///
    /// [default: 50]
    #[arg(long, value_name = "N", value_parser = |text: &str| whole(text, 1, 1_000_000))]
    messages_per_session: Option<u32>,
    /// Longest p99 of the wait for a session
    ///
    /// [default: 50ms]
    #[arg(long, value_name = "TIME", value_parser = time)]
    wait_p99: Option<Duration>,
    /// Attempts at a message; 1: no retry
    ///
    /// [default: 5]
    #[arg(long, value_name = "N", value_parser = |text: &str| whole(text, 1, 1_000))]
    retry_attempts: Option<u32>,
    /// Upper bound of the wait before a retry
    ///
    /// [default: 1s]
    #[arg(long, value_name = "TIME", value_parser = time)]
    retry_base: Option<Duration>,
    /// Growth of that bound from wait to wait
    ///
    /// [default: 2]
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    retry_factor: Option<f64>,
    /// Maximum of that bound
    ///
    /// [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = time)]
    retry_cap: Option<Duration>,
}

impl ClientArgs {
    pub(super) fn messages_per_session(&self) -> u32 {
        self.messages_per_session.unwrap_or(50)
    }

    pub(super) fn wait_p99(&self) -> Duration {
        self.wait_p99.unwrap_or(Duration::from_millis(50))
    }

    pub(super) fn retry(&self) -> Option<Retry> {
        let attempts = self.retry_attempts.unwrap_or(5);
        let attempts = NonZeroU32::new(attempts).filter(|attempts| attempts.get() > 1)?;
        Some(Retry {
            base: self.retry_base.unwrap_or(Duration::from_secs(1)),
            factor: self.retry_factor.unwrap_or(2.0),
            cap: self.retry_cap.unwrap_or(Duration::from_secs(30)),
            attempts,
        })
    }

    pub(super) fn times(&self) -> TimesSource {
        if !self.run.is_empty() {
            return TimesSource::Runs(self.run.clone());
        }
        let source = match (self.transaction, self.setup) {
            (Some(_), Some(_)) => "given",
            (None, None) => "assumed, not measured: give --run",
            _ => "partly given, partly assumed: give --run",
        };
        TimesSource::Given {
            transaction: self.transaction.unwrap_or(USUAL_TRANSACTION),
            setup: self.setup.unwrap_or(USUAL_SETUP),
            source,
        }
    }
}
