//! The metrics of a run under way, for Prometheus.
//!
//! The collector thread adds each second here; a scrape is served by a thread of its
//! own and reads a copy, so that no message waits for one. Which figures there are and
//! how they are labelled is decided in `snapshot`; every label has a fixed set of
//! values, so that no server can add series without limit.

mod buckets;
mod page;
mod replies;
mod request;
mod server;
mod snapshot;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use crate::measure::Second;
pub(crate) use server::Server;
use snapshot::Snapshot;

/// The figures so far; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metrics(Arc<Mutex<Snapshot>>);

/// What the collector does not know about a second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    /// Messages per second that the schedule asks for; none in the closed model.
    pub(crate) target_rate: Option<f64>,
    /// Share of the cores usable by the generator that it used, if known.
    pub(crate) generator_busy: Option<f64>,
    /// Share of all cores that were in use, if known.
    pub(crate) machine_busy: Option<f64>,
}

/// Number of findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    pub(crate) warning: u64,
    pub(crate) inconclusive: u64,
}

/// The two formats of a scrape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextFormat {
    /// Prometheus text, version 0.0.4.
    Prometheus,
    /// OpenMetrics text, version 1.0.0.
    OpenMetrics,
}

impl Metrics {
    /// Adds a complete second.
    pub(crate) fn second(&self, second: &Second, load: Load) {
        self.with(|snapshot| snapshot.add(second, load));
    }

    /// Sets the findings, which are known when the run is over.
    pub(crate) fn found(&self, findings: Findings) {
        self.with(|snapshot| snapshot.found(findings));
    }

    fn text(&self, format: TextFormat) -> String {
        page::text(self.with(|snapshot| snapshot.clone()), format)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Snapshot) -> T) -> T {
        // After a panic of another thread the figures are still those of whole seconds
        // or nearly so, and the run reports the panic itself.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
