//! The result of a verification: its answer in a line, and the planned figures beside
//! those that were found.

use super::sections::{Section, hours, whole};
use crate::analysis::capacity::{
    Answer, CapacityPlan, Check, PeakRun, Relation, RunOutcome, Unit, Verification, WhichQuota,
};
use crate::output::paint::Colour;
use crate::text::figures::{self, latency};
use crate::text::printable;
use crate::text::words::{count, plural, rate};

/// The answer: a word with its colour, and the rest of the line.
pub(super) fn answer(plan: &CapacityPlan) -> Option<(&'static str, Colour, String)> {
    let found = plan.verification.as_ref()?;
    let (word, colour) = match found.answer {
        Answer::Verified => ("VERIFIED", Colour::Green),
        Answer::DoesNotHold => ("DOES NOT HOLD", Colour::Red),
        Answer::Inconclusive => ("INCONCLUSIVE", Colour::Yellow),
        Answer::Interrupted => ("INTERRUPTED", Colour::Yellow),
        Answer::Stopped => ("INCONCLUSIVE", Colour::Yellow),
    };
    let rest = match found.answer {
        Answer::Verified => format!(
            "{} hold {}, and the figures agree",
            plural(found.sessions, "session"),
            rates(found)
        ),
        Answer::Interrupted => format!("{} of 2 runs ended", found.runs.len()),
        _ => printable(&found.reason),
    };
    Some((word, colour, rest))
}

fn rates(found: &Verification) -> String {
    let rates = found.runs.iter().map(|run| per_s(run.messages_per_s));
    let mut rates: Vec<String> = rates.collect();
    rates.dedup();
    rates.join(" and ")
}

/// What was verified, and what was found; none without a verification.
pub(super) fn sections(plan: &CapacityPlan) -> Vec<Section> {
    let Some(found) = &plan.verification else {
        return Vec::new();
    };
    let mut all = Vec::new();
    if !found.runs.is_empty() || is_unfinished(found) {
        all.push(runs(found));
    }
    if found.runs.iter().any(|run| !run.checks.is_empty()) {
        all.push(of_runs(found));
    }
    if !found.day.is_empty() {
        all.push(of_day(found));
    }
    all
}

const fn is_unfinished(found: &Verification) -> bool {
    matches!(found.answer, Answer::Interrupted | Answer::Stopped)
}

fn runs(found: &Verification) -> Section {
    let mut section = Section::new("verification: runs on the embedded mock", 6);
    if !found.runs.is_empty() {
        section.row(["", "messages", "accepted", "sessions", "time", "result"]);
    }
    for run in &found.runs {
        section.row([
            run.subject.name(),
            &per_s(run.messages_per_s),
            &per_s(run.accepted_per_s),
            &count(found.sessions),
            &format!("{} s", rate(run.length_s)),
            result(run),
        ]);
    }
    let reasons = found.runs.iter().map(|run| {
        let reason = printable(&run.reason);
        format!("{}: {reason}.", capital(run.subject.name()))
    });
    let mut section = reasons.fold(section, Section::note);
    if found.quota == WhichQuota::Present {
        section = section.note("The peak is under the present quota.");
    }
    let folder = printable(&found.folder);
    if is_unfinished(found) {
        section = section.note(format!("To go on: the same command with --resume {folder}"));
    }
    section.note(format!("Files: {folder}"))
}

fn of_runs(found: &Verification) -> Section {
    let mut section = Section::new("verification: figures of the runs", 5);
    section.row(["", "planned", "found", "within", "agrees"]);
    for run in &found.runs {
        for check in &run.checks {
            let ([planned, value, tolerance], agrees) = cells(check);
            let agrees = if run.is_in_doubt() { "-" } else { agrees };
            // Of an earlier part of the verification, from its file.
            let name = format!("{}: {}", run.subject.name(), printable(&check.figure));
            section.row([&name, &planned, &value, &tolerance, agrees]);
        }
    }
    section.note("Planned: the threshold, or the mean of 20 simulated runs like this one.")
}

fn of_day(found: &Verification) -> Section {
    let mut section = Section::new("verification: the day in virtual time", 5);
    section.row(["", "planned", "found", "within", "agrees"]);
    for quota in [WhichQuota::Present, WhichQuota::Asked] {
        section.row([&format!("{} quota", quota.name()), "", "", "", ""]);
        for each in found.day.iter().filter(|each| each.quota == quota) {
            let ([planned, value, tolerance], agrees) = cells(&each.check);
            let figure = format!("  {}", each.check.figure);
            section.row([&figure, &planned, &value, &tolerance, agrees]);
        }
    }
    let not_tried = found.not_tried.iter().map(|why| format!("{why}."));
    let section = not_tried.fold(section, Section::note);
    let trials = || found.day.iter().map(|each| each.trials);
    let trials = match (trials().min(), trials().max()) {
        (Some(fewest), Some(most)) if fewest < most => format!("{fewest} to {most}"),
        (fewest, _) => fewest.unwrap_or(0).to_string(),
    };
    section.note(format!(
        "Found: the mean of {trials} trials through the mock's account, with Poisson arrivals \
         and without retries. Both agree within what chance explains, and what the plan \
         leaves out: a burst where the rate changes, a minute in the sum over 24 hours."
    ))
}

/// Planned, found and tolerance, and whether both agree.
fn cells(check: &Check) -> ([String; 3], &'static str) {
    let value = |value: Option<f64>| match value {
        Some(value) => shown(value, check.unit),
        None => "never".to_owned(),
    };
    let planned = value(check.planned);
    let planned = match check.relation {
        Relation::Equal => planned,
        Relation::AtMost => format!("at most {planned}"),
    };
    let found = match (check.found, check.unit) {
        (None, Unit::Latency) => "-".to_owned(),
        (found, _) => value(found),
    };
    let agrees = if check.agrees { "yes" } else { "NO" };
    let tolerance = match check.tolerance {
        0.0 => "-".to_owned(),
        tolerance => shown(tolerance, check.unit),
    };
    ([planned, found, tolerance], agrees)
}

fn shown(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Recipients => whole(value),
        Unit::Share => figures::share(value),
        Unit::Hours => hours(value),
        Unit::Latency => latency(value * 1e6),
    }
}

fn result(run: &PeakRun) -> &'static str {
    match run.outcome {
        RunOutcome::Held if run.holds() => "held",
        RunOutcome::Held => "held, differs",
        RunOutcome::Failed => "failed",
        RunOutcome::Generator => "generator was the limit",
        RunOutcome::FewSamples => "too few messages",
    }
}

fn per_s(per_second: f64) -> String {
    format!("{}/s", rate(per_second))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
