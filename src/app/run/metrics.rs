//! `--metrics`: opens the endpoint before anything is sent, and keeps it for the last
//! scrape.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crate::app::error::AppError;
use crate::output::metrics::{Metrics, Server};
use crate::output::screen::print_message;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::ExitCode;

/// How often a waiting run looks for an interrupt.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Where the metrics are served, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MetricsOptions {
    /// The address; with port 0 a free one.
    pub address: SocketAddr,
    /// Time after the end of the run.
    pub linger: Duration,
}

/// The open endpoint of a run.
pub(super) struct Endpoint {
    server: Server,
    metrics: Metrics,
    linger: Duration,
}

impl Endpoint {
    /// Listens, and prints the address on standard error.
    pub(super) fn open(options: MetricsOptions) -> Result<Self, AppError> {
        let metrics = Metrics::default();
        let server = Server::start(options.address, metrics.clone()).map_err(|error| {
            let address = options.address;
            let why =
                format!("--metrics: cannot listen on {address}: {error}; 0 takes a free port");
            AppError::new(ExitCode::Usage, why)
        })?;
        print_message(&format!("metrics at http://{}/metrics", server.address()));
        Ok(Self {
            server,
            metrics,
            linger: options.linger,
        })
    }

    /// The figures that it shows.
    pub(super) fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// Waits for the last scrape. An interrupt ends the wait, and changes nothing in
    /// the result `ended`; where the first one ended the run, the second does.
    pub(super) fn linger(self, ended: ExitCode, interrupts: &Interrupts, quiet: bool) {
        let begin = Instant::now();
        let of_the_run = match ended {
            ExitCode::Interrupted => 1,
            _ => 0,
        };
        if !quiet && !self.linger.is_zero() {
            let time = humantime::format_duration(self.linger);
            print_message(&format!("metrics stay for {time}; Ctrl-C ends that"));
        }
        while begin.elapsed() < self.linger && interrupts.count() <= of_the_run {
            thread::sleep(POLL_INTERVAL);
        }
        drop(self.server);
    }
}
