//! The sections without a chart of their own: thresholds, what was asked and what
//! happened, findings, replies, and where all of it was measured.

use super::super::text::{facts, is_bad, state};
use super::section::{Grid, Section};
use crate::run::{Finished, REPORT, Record};
use crate::text::command_line::shell_line;
use crate::text::words::{count, plural};

/// Replies shown; the rest is in `outcomes.csv`.
const REPLIES_SHOWN: usize = 50;

pub(super) fn thresholds(record: &Record) -> Option<Section> {
    let verdict = record.verdict.as_ref()?;
    let mut grid = Grid::new(&["", "threshold", "measured"], &[0, 1, 2]);
    for check in &verdict.thresholds {
        grid.row([
            state(record, check),
            check.threshold.clone(),
            check.value.clone(),
        ]);
    }
    Some(Section::new("Thresholds").table(grid))
}

/// The facts of the report on the terminal.
pub(super) fn asked(run: &Finished) -> Section {
    let mut grid = Grid::new(&["", ""], &[0, 1]);
    for row in facts(&run.record, &run.folder).rows() {
        // The page lies in that folder, which may be moved.
        if row.first().is_none_or(|name| name != "files") {
            grid.row(row.to_vec());
        }
    }
    Section::new("Asked and happened").table(grid)
}

pub(super) fn findings(record: &Record) -> Section {
    let section = Section::new("Findings");
    if record.health.is_empty() && record.verdict.is_none() {
        return section.text("Not examined: the run has not ended by itself.");
    }
    if record.health.is_empty() {
        return section.text("None: nothing about the run itself casts doubt on its figures.");
    }
    let mut grid = Grid::new(&["severity", "finding", "what it means"], &[0, 1, 2]);
    for finding in &record.health {
        grid.row([
            finding.severity.clone(),
            finding.code.clone(),
            finding.text.clone(),
        ]);
    }
    section.table(grid)
}

/// The replies other than acceptance, and their diagnoses.
pub(super) fn replies(run: &Finished) -> Section {
    let mut section = Section::new("Replies and diagnoses");
    let lines: Vec<_> = run.outcomes.iter().filter(|line| is_bad(line)).collect();
    if lines.is_empty() && run.record.verdict.is_none() {
        return section.text("outcomes.csv has none other than acceptance so far.");
    }
    if lines.is_empty() {
        return section.text("Every message was accepted, and no session failed.");
    }
    for each in &run.record.diagnoses {
        section = section.text(&format!("{}: {}", each.title, each.text));
    }
    let head = ["count", "of", "outcome", "phase", "reply or error"];
    let mut grid = Grid::new(&head, &[1, 2, 3, 4]);
    for line in lines.iter().take(REPLIES_SHOWN) {
        let reply = [&line.code, &line.enhanced, &line.text].map(String::as_str);
        let reply: Vec<_> = reply.into_iter().filter(|part| !part.is_empty()).collect();
        grid.row([
            count(line.count),
            line.scope.clone(),
            line.outcome.clone(),
            line.phase.clone(),
            reply.join(" "),
        ]);
    }
    let rest = lines.len().saturating_sub(REPLIES_SHOWN);
    if rest > 0 {
        section = section.text(&format!(
            "{} more in outcomes.csv.",
            plural(rest as u64, "row")
        ));
    }
    section
        .text("Counts are of the whole run, warm-up and drain included.")
        .table(grid)
}

/// Target, TLS, machine, scenario, and the files.
pub(super) fn origin(run: &Finished) -> Section {
    let record = &run.record;
    let (target, machine) = (&record.target, &record.environment);
    let mut grid = Grid::new(&["", ""], &[0, 1]);
    let mut fact = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            grid.row([name.to_owned(), value]);
        }
    };
    let addresses = target.addresses.iter();
    let addresses =
        addresses.map(|each| format!("{} ({})", each.address, plural(each.sessions, "session")));
    fact(
        "addresses",
        Some(addresses.take(20).collect::<Vec<_>>().join(", ")),
    );
    fact("region", target.region.clone());
    fact("reply to EHLO", Some(target.ehlo.join(" | ")));
    fact("start", record.start.clone());
    fact(
        "duration",
        Some(format!(
            "{:.3} s, window {:.3} s",
            record.duration_s, record.window_s
        )),
    );
    let system = [&machine.os, &machine.kernel, &machine.architecture];
    let system: Vec<_> = system.into_iter().flatten().cloned().collect();
    fact("system", Some(system.join(", ")));
    fact("CPU", machine.cpu_model.clone());
    fact("cores", machine.cores.map(|cores| cores.to_string()));
    fact(
        "memory",
        machine
            .memory_bytes
            .map(|bytes| format!("{} bytes", count(bytes))),
    );
    fact("congestion control", machine.congestion_control.clone());
    fact("open files", machine.file_limit.map(count));
    fact("run", Some(record.run_id.clone()));
    fact(
        "shard",
        record
            .shard
            .map(|shard| format!("{} of {}", shard.index, shard.of)),
    );
    fact("command line", Some(shell_line(&record.command_line)));
    fact("plan hash", Some(record.plan_hash.clone()));
    fact("seed", Some(record.seed.to_string()));
    let commit = record
        .git_commit
        .as_ref()
        .map(|commit| format!(" ({commit})"));
    fact(
        "sesbench",
        Some(format!("{}{}", record.version, commit.unwrap_or_default())),
    );
    let mut section = Section::new("Target, machine, origin").table(grid);
    if let Some(text) = &record.scenario.text {
        section = section.listing("the scenario", text);
    }
    if let Ok(plan) = serde_json::to_string_pretty(&record.plan) {
        section = section.listing("the plan, complete with flags and defaults", &plan);
    }
    section.links = crate::run::FILES.to_vec();
    section.links.retain(|name| *name != REPORT);
    section
}
