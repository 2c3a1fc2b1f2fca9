//! Tables of latencies, and of replies other than acceptance.

use crate::output::table::{Side, Table};
use crate::run::{Finished, OutcomeLine};
use crate::text::printable;
use crate::text::words::{count, millis, plural};
use crate::vocabulary::{FigureValue, Metric, Outcome, Span};

/// Number of replies printed; the rest is in `outcomes.csv`.
const REPLIES_SHOWN: usize = 10;

pub(in super::super) fn latencies(run: &Finished) -> Table {
    let mut table = Table::new(&[
        Side::Left,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Right,
    ]);
    table.row(["", "count", "p50", "p90", "p99", "max"].map(str::to_owned));
    for line in &run.summary {
        let anything = line.count > 0 || line.max != FigureValue::Empty;
        if anything && !is_for_files(line.metric) {
            let quantiles = [line.p50, line.p90, line.p99, line.max].map(millis);
            let head = [line.metric.name(), count(line.count)];
            table.row(head.into_iter().chain(quantiles));
        }
    }
    table
}

/// The generator's own delays, and the figures without them: only for the files,
/// because a finding quotes them where they matter.
const fn is_for_files(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::Span(Span::Lateness | Span::WaitNet | Span::ResponseNet)
    )
}

/// Replies and errors of one scope that are not successes.
pub(in super::super) fn replies(outcomes: &[OutcomeLine], scope: &str) -> Table {
    let mut table = Table::new(&[Side::Right, Side::Left, Side::Left, Side::Left]);
    let of_scope = outcomes.iter().filter(|line| line.scope == scope);
    let lines: Vec<_> = of_scope.filter(|line| is_bad(line)).collect();
    for line in lines.iter().take(REPLIES_SHOWN) {
        let text = printable(&line.text);
        let reply = [&line.code, &line.enhanced, &text].map(String::as_str);
        let reply: Vec<_> = reply.into_iter().filter(|part| !part.is_empty()).collect();
        let words = [line.outcome.clone(), line.phase.clone(), reply.join(" ")];
        table.row(std::iter::once(count(line.count)).chain(words));
    }
    let rest = lines.len().saturating_sub(REPLIES_SHOWN);
    if rest > 0 {
        let more = format!("{} more in outcomes.csv", plural(rest as u64, "row"));
        table.row([String::new(), String::new(), String::new(), more]);
    }
    table
}

/// Whether something ended in another way than it should.
pub(in crate::output::run) fn is_bad(line: &OutcomeLine) -> bool {
    let well = ["", Outcome::Accepted.name()].contains(&line.outcome.as_str());
    // Sessions that the end of the run interrupted while they opened: not failures.
    let unneeded = line.scope == "session" && line.outcome == Outcome::Unsent.name();
    !well && !unneeded
}
