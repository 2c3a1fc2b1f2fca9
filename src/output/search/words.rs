//! The answer of a search in words: the decision in one line, the facts behind it, and
//! the names of loads and outcomes.

use crate::output::paint::Colour;
use crate::run::{ArgumentsRecord, SearchRecord, Status};
use crate::text::words::{count, plural, rate};

/// A load: `19.4/s`, `19.4 recipients/s` or `6 sessions`.
pub(crate) fn load(arguments: &ArgumentsRecord, load: f64) -> String {
    match (arguments.over.as_str(), arguments.rate_unit.as_str()) {
        ("sessions", _) => plural(load as u64, "session"),
        (_, "recipients") => format!("{load} recipients/s"),
        _ => format!("{load}/s"),
    }
}

/// How a step ended.
pub(crate) fn outcome(name: &str) -> &str {
    match name {
        "generator" => "starved",
        "few_samples" => "too short",
        name => name,
    }
}

/// What is known of the answer so far: `50/s hold, 100/s do not`.
pub(crate) fn bracket(record: &SearchRecord) -> String {
    let (arguments, answer) = (&record.arguments, &record.answer);
    let at = |bound: f64| load(arguments, bound);
    match (answer.held, answer.failed) {
        (Some(held), Some(failed)) => format!(
            "{} {}, {} not",
            at(held.load),
            hold(arguments, held.load),
            do_not(arguments, failed.load)
        ),
        (Some(held), None) => format!("{} {}", at(held.load), hold(arguments, held.load)),
        (None, Some(failed)) => format!("{} not", do_not(arguments, failed.load)),
        (None, None) => "nothing is decided".to_owned(),
    }
}

/// The number of a load: one session holds, several hold.
fn hold(arguments: &ArgumentsRecord, load: f64) -> &'static str {
    match arguments.over == "sessions" && load == 1.0 {
        true => "holds",
        false => "hold",
    }
}

fn do_not(arguments: &ArgumentsRecord, load_: f64) -> String {
    let verb = match arguments.over == "sessions" && load_ == 1.0 {
        true => "does",
        false => "do",
    };
    format!("{} {verb}", load(arguments, load_))
}

/// The decision: a word that stands for it, its colour, and the rest of the line.
pub(super) fn decision(record: &SearchRecord) -> (&'static str, Colour, String) {
    let (arguments, answer) = (&record.arguments, &record.answer);
    let held = answer.held.map(|held| held.load);
    let failed = answer.failed.map(|failed| failed.load);
    let at = |bound: Option<f64>| bound.map_or(String::new(), |bound| load(arguments, bound));
    let limit = answer.limit_meaning.as_deref();
    let limit = limit.map_or(String::new(), |limit| format!(" (limit: {limit})"));
    match answer.ending.as_str() {
        "found" => (
            "FOUND",
            Colour::Green,
            format!("{}{limit}", bracket(record)),
        ),
        "ceiling_held" => (
            "CEILING HELD",
            Colour::Green,
            format!("{}, {}", bracket(record), ceiling(arguments)),
        ),
        "none_holds" => (
            "NONE HOLDS",
            Colour::Red,
            format!(
                "even {} not{limit}",
                do_not(arguments, failed.unwrap_or_default())
            ),
        ),
        "generator_limit" => (
            "INCONCLUSIVE",
            Colour::Yellow,
            match held {
                Some(_) => format!("{} held; beyond, the generator is the limit", at(held)),
                None => format!("the generator is the limit already at {}", at(failed)),
            },
        ),
        "few_samples" => (
            "INCONCLUSIVE",
            Colour::Yellow,
            "too few messages in a step for a threshold".to_owned(),
        ),
        _ => (
            stopped(record.status),
            Colour::Yellow,
            format!("{} so far", bracket(record)),
        ),
    }
}

fn stopped(status: Status) -> &'static str {
    match status {
        Status::Interrupted => "INTERRUPTED",
        Status::Running => "UNFINISHED",
        Status::Aborted | Status::Finished => "INCONCLUSIVE",
    }
}

fn ceiling(arguments: &ArgumentsRecord) -> &'static str {
    match arguments.over.as_str() {
        "sessions" => "there are no fewer",
        _ => "the highest rate allowed (target.max_rate)",
    }
}

/// The facts behind the decision: a name and a text each.
pub(super) fn facts(record: &SearchRecord) -> Vec<(&'static str, String)> {
    let (arguments, answer) = (&record.arguments, &record.answer);
    let mut facts = vec![
        ("asked", asked(arguments)),
        ("arrivals", arrivals(arguments).to_owned()),
    ];
    for threshold in &arguments.thresholds {
        facts.push(("threshold", threshold.clone()));
    }
    if let Some(reason) = &answer.reason {
        facts.push(("stopped", reason.clone()));
    }
    if answer.ending == "few_samples" {
        facts.push(("advice", "use longer steps: --step-duration".to_owned()));
    }
    if let (Some("generator"), Some(held), Some(failed)) =
        (answer.limit.as_deref(), answer.held, answer.failed)
    {
        let (low, high) = (load(arguments, held.load), load(arguments, failed.load));
        let text = format!("its own limit on this machine is between {low} and {high}");
        facts.push(("generator", text));
    }
    if let (Some(quota), Some(burst)) = (answer.quota_per_s, answer.quota_burst) {
        let (quota, burst) = (rate(quota), rate(burst));
        let text = format!("{quota}/s and a burst of {burst}, by the accepted rate after a 454");
        facts.push(("quota", text));
    }
    if let Some(found) = answer.not_monotone {
        let (held, failed) = (load(arguments, found.held), load(arguments, found.failed));
        let text = format!("{held} held although {failed} failed twice: the limit moves");
        facts.push(("not monotone", text));
    }
    if record.resumed > 0 {
        facts.push(("resumed", plural(record.resumed.into(), "time")));
    }
    facts.push(("recipients", count(record.recipients)));
    facts
}

/// What was searched: `the highest rate up to 200/s, within 5 %`.
fn asked(arguments: &ArgumentsRecord) -> String {
    let percent = rate(arguments.precision * 100.0);
    match &arguments.rate {
        Some(rate) => format!(
            "the fewest sessions for {rate}, at most {}",
            count(arguments.easiest as u64)
        ),
        None => format!(
            "the highest rate up to {}, within {percent} %",
            load(arguments, arguments.hardest)
        ),
    }
}

/// The arrivals, for which alone the answer holds.
fn arrivals(arguments: &ArgumentsRecord) -> &'static str {
    match arguments.arrivals.as_str() {
        "poisson" => "random",
        _ => "evenly spaced",
    }
}
