//! The verdict in a word and a phrase, and what became of each threshold: the same in
//! every format for people.

use std::time::Duration;

use super::super::asked;
use crate::run::{CheckRecord, Record, Status};
use crate::text::words::plural;

/// The code of the finding about a window that the run did not reach.
const NOT_REACHED: &str = "not_reached";

/// Findings named beside the verdict: two of the longest fit.
const CODES_NAMED: usize = 2;

/// The decision; a run without one is unfinished.
pub(in crate::output::run) fn word(record: &Record) -> String {
    let decision = record.verdict.as_ref().map(|verdict| &verdict.decision);
    decision.map_or_else(|| "UNFINISHED".to_owned(), |word| word.to_uppercase())
}

/// The reason for the verdict, in a phrase that follows its word.
pub(in crate::output::run) fn reason(record: &Record) -> String {
    let Some(verdict) = &record.verdict else {
        return unfinished(record.status).to_owned();
    };
    let checks = &verdict.thresholds;
    let all = plural(checks.len() as u64, "threshold");
    let count = |is: &dyn Fn(&CheckRecord) -> bool| checks.iter().filter(|check| is(check)).count();
    let unreached = count(&|check| is_unreached(record, check));
    let missed = count(&|check| !check.met) - unreached;
    let mut reason = match (verdict.decision.as_str(), missed) {
        ("inconclusive", _) => inconclusive(record, count(&|check| check.in_doubt), &all),
        (_, 0) => format!(": {all} met"),
        (_, missed) => format!(": {missed} of {all} missed"),
    };
    if unreached > 0 && verdict.decision == "fail" {
        reason += &format!(", {unreached} not reached");
    }
    match record.status {
        Status::Interrupted => reason += " (interrupted)",
        Status::Aborted => reason += " (aborted)",
        Status::Running | Status::Finished => {}
    }
    reason
}

/// What became of a threshold.
pub(in crate::output::run) fn state(record: &Record, check: &CheckRecord) -> String {
    if is_unreached(record, check) {
        return "not reached".to_owned();
    }
    let met = if check.met { "met" } else { "MISSED" };
    let doubt = if check.in_doubt { ", in doubt" } else { "" };
    format!("{met}{doubt}")
}

/// Names what decided: the findings have the reasons, and what to do.
fn inconclusive(record: &Record, in_doubt: usize, all: &str) -> String {
    let deciding = record.health.iter();
    let deciding = deciding.filter(|finding| finding.severity == "inconclusive");
    let mut codes: Vec<&str> = Vec::new();
    for finding in deciding {
        if !codes.contains(&finding.code.as_str()) {
            codes.push(&finding.code);
        }
    }
    let more = codes.len().saturating_sub(CODES_NAMED);
    codes.truncate(CODES_NAMED);
    let mut named = codes.join(", ");
    if more > 0 {
        named += &format!(" and {more} more");
    }
    match (named.as_str(), in_doubt) {
        ("", 0) => ": see the findings".to_owned(),
        ("", doubtful) => format!(": {doubtful} of {all} in doubt, see the findings"),
        (codes, 0) => format!(": {codes}, see the findings"),
        (codes, doubtful) => format!(": {doubtful} of {all} in doubt ({codes}), see the findings"),
    }
}

const fn unfinished(status: Status) -> &'static str {
    match status {
        Status::Running => ": the run is under way or was killed",
        Status::Interrupted => ": interrupted before the run started",
        Status::Aborted => ": the run was aborted before it had a result",
        Status::Finished => ": the run has no verdict",
    }
}

/// Whether the schedule ended before the window of the threshold did: then it was not
/// missed.
fn is_unreached(record: &Record, check: &CheckRecord) -> bool {
    let is_found = record.health.iter().any(|each| each.code == NOT_REACHED);
    let window = check.parts.as_ref().and_then(|parts| parts.window);
    let lasted = asked::warm_up(record)
        .unwrap_or(Duration::ZERO)
        .as_secs_f64()
        + record.window_s;
    // As the finding is made: one without an end is reached as soon as it has begun.
    let ends_after = window.is_some_and(|window| match (window.from_s, window.to_s) {
        (_, Some(to)) => to > lasted,
        (from, None) => from.unwrap_or_default() >= lasted,
    });
    is_found && check.in_doubt && ends_after
}
