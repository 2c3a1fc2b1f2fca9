//! The figures of a run that services compare over time, in one unit each. A quantile
//! that no value bounds (`>x`) is left out: it is not a number.

use crate::run::Finished;
use crate::vocabulary::{FigureValue, Metric, Outcome, Span};

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// Such as `response.p99`.
    pub(super) name: String,
    pub(super) unit: &'static str,
    pub(super) value: f64,
    pub(super) smaller_is_better: bool,
}

/// The spans that are compared.
const SPANS: [Span; 3] = [Span::Response, Span::Service, Span::SessionSetup];

/// The figures that the run has.
pub(super) fn figures(run: &Finished) -> Vec<Figure> {
    let lines = run.summary.iter();
    let lines = lines.filter(|line| SPANS.iter().any(|span| line.metric == Metric::Span(*span)));
    let quantiles = lines.flat_map(|line| {
        let each = [("p50", line.p50), ("p99", line.p99)];
        each.map(|(quantile, value)| (format!("{}.{quantile}", line.metric.name()), value))
    });
    let quantiles = quantiles.filter_map(|(name, value)| {
        let FigureValue::Value(us) = value else {
            return None;
        };
        Some(Figure {
            name,
            unit: "ms",
            value: rounded(us / 1e3),
            smaller_is_better: true,
        })
    });
    let (window, record) = (&run.record.window, &run.record);
    let accepted = window.outcomes.of(Outcome::Accepted);
    let not_accepted = (window.scheduled > 0).then(|| Figure {
        name: "not_accepted".to_owned(),
        unit: "%",
        value: rounded(100.0 * (1.0 - accepted as f64 / window.scheduled as f64)),
        smaller_is_better: true,
    });
    let goodput = Figure {
        name: "goodput".to_owned(),
        unit: "1/s",
        value: rounded(record.rate.goodput_per_s),
        smaller_is_better: false,
    };
    quantiles.chain(not_accepted).chain([goodput]).collect()
}

/// To three significant digits, as the histograms have.
pub(super) fn rounded(value: f64) -> f64 {
    // Cannot fail: it is a number as Rust writes it.
    format!("{value:.2e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_are_kept() {
        for (value, expected) in [
            (0.0, 0.0),
            (12.3456, 12.3),
            (0.000_987_65, 0.000_988),
            (99_960.0, 1e5),
        ] {
            assert_eq!(rounded(value), expected);
        }
    }
}
