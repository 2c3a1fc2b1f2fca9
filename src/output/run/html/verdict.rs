//! The first line of the page: the verdict in a sentence, why, and what to do.

use super::super::text::{reason, word};
use super::section::shown;
use crate::run::{Record, Status};
use crate::text::words::{count, rate};
use crate::vocabulary::Outcome;

/// The verdict.
#[derive(Debug)]
pub(super) struct Headline {
    pub(super) class: &'static str,
    pub(super) word: String,
    pub(super) sentence: String,
    pub(super) notes: Vec<String>,
}

pub(super) fn headline(record: &Record) -> Headline {
    let (class, sentence) = match &record.verdict {
        None => (
            "doubt",
            format!("{}{}", reason(record), figures(record.status)),
        ),
        Some(verdict) => {
            let class = match verdict.decision.as_str() {
                "pass" => "pass",
                "fail" => "fail",
                _ => "doubt",
            };
            let why = match verdict.decision.as_str() {
                "inconclusive" => inconclusive(record),
                _ => reason(record),
            };
            let sentence = format!("{why}. {}", happened(record));
            (class, sentence)
        }
    };
    let mut notes = Vec::new();
    if record.verdict.is_some() && record.status == Status::Interrupted {
        notes.push("The run was interrupted: the figures are of its time until then.".to_owned());
    }
    if record.verdict.is_some() && record.status == Status::Aborted {
        notes.push("The run was aborted: the figures are of its time until then.".to_owned());
    }
    if record.verdict.is_none() {
        let advice = record.diagnoses.iter().take(1);
        notes.extend(advice.map(|each| format!("{}: {}", each.title, each.text)));
    }
    if let Some(shard) = record.shard {
        notes.push(format!(
            "This is shard {} of {}, not the whole plan.",
            shard.index, shard.of
        ));
    }
    Headline {
        class,
        word: shown(&word(record)),
        sentence: shown(&sentence),
        notes: notes.iter().map(|note| shown(note)).collect(),
    }
}

/// What the figures of a run without a verdict are of.
fn figures(status: Status) -> &'static str {
    match status {
        Status::Running => ". The figures are of its time until its files were last written.",
        Status::Interrupted | Status::Aborted | Status::Finished => ".",
    }
}

/// The findings that decided it, which name what to do.
fn inconclusive(record: &Record) -> String {
    let deciding = record.health.iter();
    let deciding = deciding.filter(|finding| finding.severity == "inconclusive");
    let texts: Vec<_> = deciding
        .map(|finding| finding.text.trim_end_matches('.'))
        .collect();
    match texts.as_slice() {
        [] => reason(record),
        texts => format!(": {}", texts.join(". ")),
    }
}

fn happened(record: &Record) -> String {
    let (accepted, scheduled) = (
        record.window.outcomes.of(Outcome::Accepted),
        record.window.scheduled,
    );
    format!(
        "{} of {} messages accepted, {}/s.",
        count(accepted),
        count(scheduled),
        rate(record.rate.goodput_per_s)
    )
}
