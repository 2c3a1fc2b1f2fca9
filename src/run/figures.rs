//! The figures of a finished run, from its files: what thresholds can be about.

use super::{Finished, SummaryLine};
use crate::analysis::verdict::{Figure, Statistic};
use crate::vocabulary::{FigureValue, Metric};

impl Finished {
    /// The value of a figure over the whole window; empty if its files do not have it.
    pub(crate) fn figure(&self, figure: Figure) -> FigureValue {
        let number = |value: Option<f64>| value.map_or(FigureValue::Empty, FigureValue::Value);
        let generator = self.record.cpu.generator;
        match figure {
            Figure::Latency(metric, statistic) => {
                let line = self.line(metric);
                line.map_or(FigureValue::Empty, |line| latency(line, statistic))
            }
            Figure::Count(metric) => number(self.line(metric).map(|line| line.count as f64)),
            Figure::Outcome(outcome) => {
                let window = &self.record.window;
                let scheduled = Some(window.scheduled).filter(|scheduled| *scheduled > 0);
                number(scheduled.map(|all| window.outcomes.of(outcome) as f64 / all as f64))
            }
            Figure::Achieved => number(self.record.rate.achieved_share),
            Figure::Goodput => number(Some(self.record.rate.goodput_per_s)),
            Figure::CpuPerMessage => number(generator.and_then(|cpu| cpu.per_message_us)),
            Figure::CpuPerSession => number(generator.and_then(|cpu| cpu.per_session_us)),
        }
    }

    /// The latencies of a metric; none if the run did not measure it.
    pub(crate) fn line(&self, metric: Metric) -> Option<&SummaryLine> {
        self.summary.iter().find(|line| line.metric == metric)
    }
}

fn latency(line: &SummaryLine, statistic: Statistic) -> FigureValue {
    match statistic {
        Statistic::Quantile(q) => quantile(line, q),
        // Messages without a latency count as longer than any: the mean of all is longer
        // than that of the others by an unknown amount.
        Statistic::Mean => match (line.mean, line.max) {
            (None, _) => FigureValue::Empty,
            (Some(mean), FigureValue::Above(_)) => FigureValue::Above(mean),
            (Some(mean), _) => FigureValue::Value(mean),
        },
    }
}

/// The quantile, if the summary has it.
fn quantile(line: &SummaryLine, q: f64) -> FigureValue {
    let columns = [
        (0.5, line.p50),
        (0.9, line.p90),
        (0.95, line.p95),
        (0.99, line.p99),
        (0.999, line.p99_9),
        (0.9999, line.p99_99),
        (1.0, line.max),
    ];
    let found = columns.iter().find(|(column, _)| *column == q);
    found.map_or(FigureValue::Empty, |(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::run::read;

    #[test]
    fn every_figure_of_a_run_is_read() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
        let run = read(&golden).unwrap();
        let figure = |name: &str| run.figure(Figure::from_name(name).unwrap());
        for (name, value) in [
            ("session_setup.p50", FigureValue::Value(1797.119)),
            ("session_setup.mean", FigureValue::Value(1819.552)),
            ("tls.count", FigureValue::Value(16.0)),
            // 35 of 40 messages have no latency.
            ("response.p50", FigureValue::Above(14_016.511)),
            ("response.mean", FigureValue::Above(4850.432)),
            ("outcome.accepted", FigureValue::Value(0.125)),
            ("rate.achieved", FigureValue::Value(1.0)),
            ("goodput", FigureValue::Value(2.5)),
            ("cpu.per_message", FigureValue::Value(24_732.0)),
            ("cpu.per_session", FigureValue::Value(10_305.0)),
            // Its files have no such message.
            ("service.auth.p50", FigureValue::Empty),
        ] {
            assert_eq!(figure(name), value, "{name}");
        }
        // Only these have a row for each outcome, and that only if there is one.
        let is_known = |name: &String| !name.starts_with("service.");
        for name in Figure::names().filter(is_known) {
            assert_ne!(figure(&name), FigureValue::Empty, "{name}");
        }
    }
}
