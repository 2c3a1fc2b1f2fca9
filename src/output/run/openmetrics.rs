//! The figures of a finished run as one OpenMetrics file, such as for the metrics
//! report of GitLab or a push gateway. A quantile that no value bounds (`>x`) is left
//! out.

use std::io::{self, Write};

use super::Exporter;
use super::stable::rounded;
use crate::run::Finished;
use crate::vocabulary::FigureValue;

/// Writes OpenMetrics text.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenMetrics;

impl Exporter<Finished> for OpenMetrics {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        let window = &run.record.window;
        head(to, "scheduled_messages", "Messages of the measured window.")?;
        writeln!(to, "sesbench_scheduled_messages {}", window.scheduled)?;
        head(to, "outcome_messages", "Messages by outcome.")?;
        for (outcome, count) in window.outcomes.iter() {
            let name = outcome.name();
            writeln!(
                to,
                "sesbench_outcome_messages{{outcome=\"{name}\"}} {count}"
            )?;
        }
        if window.scheduled > 0 {
            head(to, "outcome_ratio", "Share of the messages by outcome.")?;
        }
        for (outcome, count) in window.outcomes.iter().filter(|_| window.scheduled > 0) {
            let (name, share) = (outcome.name(), count as f64 / window.scheduled as f64);
            writeln!(to, "sesbench_outcome_ratio{{outcome=\"{name}\"}} {share}")?;
        }
        for (quantile, of) in [("p50", 0), ("p99", 1)] {
            let name = format!("latency_{quantile}_seconds");
            head(
                to,
                &name,
                &format!("Latency, {quantile}, of each phase and span."),
            )?;
            for line in &run.summary {
                let metric = line.metric.name();
                if let FigureValue::Value(us) = [line.p50, line.p99][of] {
                    let seconds = rounded(us / 1e6);
                    writeln!(to, "sesbench_{name}{{metric=\"{metric}\"}} {seconds}")?;
                }
            }
        }
        writeln!(to, "# EOF")
    }
}

fn head(to: &mut dyn Write, name: &str, help: &str) -> io::Result<()> {
    writeln!(to, "# TYPE sesbench_{name} gauge")?;
    writeln!(to, "# HELP sesbench_{name} {help}")
}
