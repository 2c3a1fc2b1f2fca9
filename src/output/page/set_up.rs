//! The order of the phases of a session's set-up, for a waterfall of them.

use crate::run::{Finished, SummaryLine};
use crate::vocabulary::{FigureValue, Metric, Phase};

/// The phases in the order of the dialogue, in a TLS mode.
pub(crate) fn phases(mode: &str) -> &'static [Phase] {
    match mode {
        // The handshake comes before the server's first word.
        "wrapper" => &[
            Phase::Resolve,
            Phase::Connect,
            Phase::Tls,
            Phase::Banner,
            Phase::Ehlo,
            Phase::EhloTls,
            Phase::Auth,
        ],
        _ => &[
            Phase::Resolve,
            Phase::Connect,
            Phase::Banner,
            Phase::Ehlo,
            Phase::Starttls,
            Phase::Tls,
            Phase::EhloTls,
            Phase::Auth,
        ],
    }
}

/// The line of a metric in `summary.csv`, if the run has values of it.
pub(crate) fn line(run: &Finished, metric: impl Into<Metric>) -> Option<&SummaryLine> {
    let metric = metric.into();
    let line = run.summary.iter().find(|line| line.metric == metric);
    line.filter(|line| line.count > 0)
}

/// Where a bar ends: at the longest value that was measured.
pub(crate) fn in_millis(value: FigureValue) -> f64 {
    match value {
        FigureValue::Empty => 0.0,
        FigureValue::Value(us) | FigureValue::Above(us) => us / 1e3,
    }
}
