//! Tables of latencies, and of replies other than acceptance.

use std::iter;

use crate::output::table::{Side, Table};
use crate::run::{Finished, OutcomeLine, SummaryLine};
use crate::text::printable;
use crate::text::words::{count, millis, plural};
use crate::vocabulary::{FigureValue, Metric, Outcome, Phase, Scope, Span};

/// Number of replies printed; the rest is in `outcomes.csv`.
const REPLIES_SHOWN: usize = 10;

/// With fewer messages for each session than this, the set-up is a noticeable part of
/// what a message takes, and each of its phases has a row.
const MESSAGES_PER_SET_UP: u64 = 10;

/// Outside the set-up of a session, and of what a message takes.
const NEVER_IN_ROWS: [Phase; 3] = [Phase::Resolve, Phase::Rset, Phase::Quit];

/// What a message takes, before its phases.
const FIRST: [Span; 4] = [Span::Response, Span::Service, Span::Wait, Span::Slip];

/// Every latency, in the order of `summary.csv`.
pub(in super::super) fn latencies(run: &Finished) -> Table {
    let shown = run.summary.iter().filter(|line| is_shown(line));
    table("", shown.map(|line| (line.metric.name(), line)))
}

/// What matters most first: what a message takes, its phases, the set-up of a session,
/// and the phases of that where sessions carry few messages.
pub(super) fn latencies_by_weight(run: &Finished) -> Table {
    let metrics = by_weight(run);
    let lines = metrics.iter().filter_map(|metric| line_of(run, *metric));
    let lines: Vec<_> = lines.collect();
    match lines.is_empty() {
        true => Table::new(&[]),
        false => table(
            "latency in ms",
            lines
                .into_iter()
                .map(|line| (format!("  {}", line.metric.name()), line)),
        ),
    }
}

/// The p50 of the phases that have no row.
pub(super) fn folded_phases(run: &Finished) -> Vec<String> {
    let in_rows = by_weight(run);
    let others = Phase::ALL.iter().map(|phase| Metric::Phase(*phase));
    let others = others.filter(|metric| !in_rows.contains(metric));
    let others = others.filter_map(|metric| line_of(run, metric));
    others
        .map(|line| format!("{} {}", line.metric.name(), millis(line.p50)))
        .collect()
}

fn by_weight(run: &Finished) -> Vec<Metric> {
    let spans = FIRST.into_iter().map(Metric::Span);
    let refused = Outcome::ALL.iter().copied().map(Metric::Service);
    let transaction = Metric::Span(Span::Transaction);
    // The same as service where no attempt waited for its session's set-up.
    let transaction = iter::once(transaction).filter(|metric| {
        let service = line_of(run, Span::Service.into());
        let line = line_of(run, *metric);
        let figures = |line: Option<&SummaryLine>| line.map(|line| (line.count, quantiles(line)));
        figures(line) != figures(service)
    });
    let of_messages = phases(Scope::Message);
    let set_up = Metric::Span(Span::SessionSetup);
    let phases_of_set_up = phases(Scope::Session)
        .filter(|phase| !NEVER_IN_ROWS.map(Metric::Phase).contains(phase))
        .filter(|_| set_up_matters(run));
    spans
        .chain(refused)
        .chain(transaction)
        .chain(of_messages)
        .chain(iter::once(set_up))
        .chain(phases_of_set_up)
        .collect()
}

fn phases(scope: Scope) -> impl Iterator<Item = Metric> {
    let phases = Phase::ALL.iter().copied();
    phases
        .filter(move |phase| phase.scope() == scope)
        .map(Metric::Phase)
}

fn set_up_matters(run: &Finished) -> bool {
    let count = |metric: Metric| line_of(run, metric).map_or(0, |line| line.count);
    let sessions = count(Span::SessionSetup.into());
    let messages = count(Phase::Mail.into());
    sessions.saturating_mul(MESSAGES_PER_SET_UP) > messages
}

/// The line of a metric, if anything is known of it.
fn line_of(run: &Finished, metric: Metric) -> Option<&SummaryLine> {
    let mut lines = run.summary.iter();
    lines.find(|line| line.metric == metric && is_shown(line))
}

/// Whether it is for people. The generator's own delays, and the figures without them,
/// are only for the files: a finding quotes them where they matter.
fn is_shown(line: &SummaryLine) -> bool {
    let is_for_files = matches!(
        line.metric,
        Metric::Span(Span::Lateness | Span::WaitNet | Span::ResponseNet)
    );
    let anything = line.count > 0 || line.max != FigureValue::Empty;
    anything && !is_for_files
}

const fn quantiles(line: &SummaryLine) -> [FigureValue; 4] {
    [line.p50, line.p90, line.p99, line.max]
}

fn table<'a>(title: &str, lines: impl Iterator<Item = (String, &'a SummaryLine)>) -> Table {
    let mut table = Table::new(&[
        Side::Left,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Right,
    ]);
    table.row([title, "count", "p50", "p90", "p99", "max"].map(str::to_owned));
    for (name, line) in lines {
        let figures = quantiles(line).map(millis);
        let head = [name, count(line.count)];
        table.row(head.into_iter().chain(figures));
    }
    table
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
        table.row(iter::once(count(line.count)).chain(words));
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
