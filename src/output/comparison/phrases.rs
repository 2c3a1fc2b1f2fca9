//! Words for a comparison, shared by the formats for people.

use super::CompareReport;
use crate::analysis::comparison::{Answer, Conclusion, Decision, Place, Role};
use crate::output::answers::{change, measured};
use crate::text::figures::share;
use crate::text::words::plural;

/// The decision in one sentence.
pub(super) fn headline(report: &CompareReport) -> String {
    let answers = &report.answers;
    let named = |decision: Decision| {
        let figures = answers.figures.iter().filter(|each| each.role.is_decided());
        let figures = figures.filter(|each| each.decision == decision);
        let shares = answers
            .shares
            .iter()
            .filter(|each| each.decision == decision);
        let names = figures.map(|each| each.figure.as_str());
        let names: Vec<&str> = names
            .chain(shares.map(|each| each.figure.as_str()))
            .collect();
        names.join(", ")
    };
    match answers.conclusion() {
        Conclusion::Regressed => format!("regressed: {}", named(Decision::Regressed)),
        Conclusion::Improved => format!("improved: {}", named(Decision::Improved)),
        Conclusion::Unchanged => "unchanged: no difference as large as the floor".to_owned(),
        Conclusion::Unclear => format!("unclear: these {} cannot tell", units(report)),
        Conclusion::Described => match &answers.undecided {
            Some(why) => format!("not decided: {why}"),
            None => "not decided".to_owned(),
        },
    }
}

/// What is compared with each other.
fn units(report: &CompareReport) -> &'static str {
    match report.history {
        Some(_) => "jobs",
        None => "runs",
    }
}

/// How many runs, or jobs, were compared.
pub(super) fn runs(report: &CompareReport) -> String {
    let (base, new) = (report.base.len() as u64, report.new.len() as u64);
    let mut runs = match &report.history {
        None => format!("{} against {}", plural(new, "run"), plural(base, "run")),
        Some(history) => format!(
            "a job of {} against {}",
            plural(new, "run"),
            plural(history.jobs.len() as u64, "earlier job")
        ),
    };
    match report.history.as_ref().map_or(0, |history| history.older) {
        0 => {}
        older => runs += &format!(", {older} older not counted"),
    }
    match report.excluded.len() {
        0 => runs,
        excluded => format!("{runs}, {excluded} left out"),
    }
}

/// Figures that have values, and those that were asked for.
pub(super) fn shown(report: &CompareReport) -> impl Iterator<Item = &Answer> {
    let answers = report.answers.figures.iter();
    answers.filter(|answer| answer.role.is_decided() || answer.estimate.is_some())
}

/// What the runs could have seen, and what it takes to see the floor.
pub(super) fn visible(answer: &Answer) -> Option<String> {
    let visibility = answer.visibility.as_ref()?;
    let smallest = match (visibility.smallest, answer.place) {
        (Some(smallest), _) => format!("smallest visible {}", share(rounded(smallest))),
        (None, Some(_)) => "so few jobs see no change".to_owned(),
        (None, None) => "so few runs see no change".to_owned(),
    };
    let floor = share(answer.floor);
    let needed = visibility.runs_needed;
    let needed = needed.map(|runs| format!(", {} a side for {floor}", plural(runs, "run")));
    Some(format!("{smallest}{}", needed.unwrap_or_default()))
}

/// The place of a new job: `rank 1 of 20, from the worst`.
pub(super) fn rank(place: &Place) -> String {
    format!("rank {} of {}, from the worst", place.rank, place.of)
}

/// The values of the earlier jobs, and how they changed.
pub(super) fn earlier(figure: &str, place: &Place) -> String {
    let (low, high) = (Some(place.low), Some(place.high));
    let range = format!("{} to {}", measured(figure, low), measured(figure, high));
    match place.drift {
        Some(drift) => format!(
            "{range}, their later half {} (p {:.3})",
            change(drift.shift),
            drift.p
        ),
        None => range,
    }
}

/// To three decimals of a percentage and no more digits than matter.
fn rounded(part: f64) -> f64 {
    let scale = match part {
        part if part >= 0.1 => 1e2,
        part if part >= 0.001 => 1e3,
        _ => 1e5,
    };
    (part * scale).round() / scale
}

/// What the role of a figure means, where it is not the question itself.
pub(super) const fn note(role: Role) -> &'static str {
    match role {
        Role::Primary => "the question",
        Role::Guard => "guard: only worse counts",
        Role::Asked => "asked for",
        Role::Context => "not decided",
    }
}
