//! Which figures are compared, and what each of them is. Few questions are decided,
//! because each of them takes certainty from the others.

use super::unit::Unit;
use crate::analysis::comparison::{Better, Question, Role, Share, Undecided};
use crate::analysis::verdict::{Figure, Statistic, samples_needed};
use crate::text::most_similar;
use crate::vocabulary::{FigureValue, Metric, Outcome, Scope, Span};

/// The quantile from which on it is one of the tail, which needs ten values beyond it in
/// each run.
const TAIL: f64 = 0.9;

/// What a maximum needs.
const VALUES_FOR_MAXIMUM: u64 = 1_000;

/// Set-ups that each run needs for any statistic of them.
const SET_UPS: u64 = 100;

/// If a figure is in doubt in more than one of so many units, the others are a selection.
const PART_IN_DOUBT: usize = 4;

/// The smallest changes that matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Floors {
    /// Of the figures that are decided, if the user sets it.
    pub(super) at_least: Option<f64>,
    /// Of medians, if not.
    pub(super) median: f64,
}

/// Between quiet runs in turn, a change of one in a hundred in the median is seen.
pub(super) const MEDIAN_OF_RUNS: f64 = 0.02;

/// Between jobs it varies by 1 to 2 %, so that 19 of them span as much as this.
pub(super) const MEDIAN_OF_JOBS: f64 = 0.05;

/// The figure of that name, for the command line.
pub(crate) fn figure(text: &str) -> Result<Figure, String> {
    if let Some((name, _)) = text.split_once('[') {
        let known = Figure::from_name(name).map(|figure| figure.to_string());
        let instead = known.unwrap_or_else(|| "one such as response.p95".to_owned());
        return Err(format!("windows are not compared: expected {instead}"));
    }
    match Figure::from_name(text) {
        Some(Figure::Outcome(_)) => {
            Err("shares of messages are always compared: expected another figure".to_owned())
        }
        Some(Figure::Count(metric)) => {
            let name = metric.name();
            Err(format!(
                "more of them is neither better nor worse: expected another figure, such as \
                 {name}.p50"
            ))
        }
        Some(figure) => Ok(figure),
        None => {
            let names: Vec<String> = Figure::names().collect();
            let similar = most_similar(text, names.iter().map(String::as_str));
            let hint = similar.map(|name| format!("did you mean {name}?"));
            let hint = hint.unwrap_or_else(|| "expected one such as response.p95".to_owned());
            Err(format!("unknown figure: {hint}"))
        }
    }
}

/// The figures of a comparison and their parts in it, in the order of the report.
pub(super) fn subjects(units: &[Unit<'_>], asked: &[Figure]) -> Vec<(Figure, Role)> {
    // The closed model has no response.
    let mut runs = units.iter().flat_map(Unit::runs);
    let span = match runs.any(|run| run.record.plan["load"]["model"] == "closed") {
        true => Span::Service,
        false => Span::Response,
    };
    let latency = |span, q| Figure::Latency(Metric::Span(span), Statistic::Quantile(q));
    let mut subjects = vec![
        (latency(span, 0.5), Role::Primary),
        (latency(span, 0.99), Role::Guard),
        (latency(Span::SessionSetup, 0.5), Role::Context),
        (Figure::CpuPerMessage, Role::Context),
    ];
    for figure in asked {
        match subjects.iter_mut().find(|(known, _)| known == figure) {
            Some((_, Role::Primary)) => {}
            Some((_, role)) => *role = Role::Asked,
            None => subjects.push((*figure, Role::Asked)),
        }
    }
    subjects
}

/// The figures that must not be in doubt. Where the guard is, the others can still be
/// decided.
pub(super) fn essential(subjects: &[(Figure, Role)]) -> Vec<Figure> {
    let essential = subjects
        .iter()
        .filter(|(_, role)| matches!(role, Role::Primary | Role::Asked));
    essential.map(|(figure, _)| *figure).collect()
}

/// The questions about them.
pub(super) fn questions(
    subjects: &[(Figure, Role)],
    base: &[Unit<'_>],
    new: &[Unit<'_>],
    floors: Floors,
) -> Vec<Question> {
    let question = |(figure, role): &(Figure, Role)| {
        let values = |units: &[Unit<'_>]| -> Vec<FigureValue> {
            units
                .iter()
                .filter_map(|unit| unit.value(*figure))
                .collect()
        };
        let (of, base_values, new_values) = (base.len() + new.len(), values(base), values(new));
        let excluded = of - base_values.len() - new_values.len();
        let in_doubt = (excluded * PART_IN_DOUBT > of)
            .then_some(Undecided::TooManyInconclusive { excluded, of });
        let usual = floors.usual(*figure);
        Question {
            figure: figure.to_string(),
            better: figure.better().unwrap_or(Better::Lower),
            role: *role,
            floor: match role {
                Role::Primary | Role::Asked => floors.at_least.unwrap_or(usual),
                Role::Guard | Role::Context => usual,
            },
            base: base_values,
            new: new_values,
            undecided: match role {
                Role::Context => None,
                _ => too_few(*figure, base, new).or(in_doubt),
            },
        }
    };
    subjects.iter().map(question).collect()
}

/// The share of messages with each outcome that any unit has.
pub(super) fn shares(base: &[Unit<'_>], new: &[Unit<'_>]) -> Vec<Share> {
    let of = |outcome: &Outcome| share(*outcome, base, new);
    let is_seen = |share: &Share| share.base.iter().chain(&share.new).any(|each| *each > 0.0);
    Outcome::ALL.iter().map(of).filter(is_seen).collect()
}

/// The share of messages with an outcome.
pub(super) fn share(outcome: Outcome, base: &[Unit<'_>], new: &[Unit<'_>]) -> Share {
    let shares = |units: &[Unit<'_>]| units.iter().map(|unit| unit.share(outcome)).collect();
    Share {
        figure: Figure::Outcome(outcome).to_string(),
        better: Figure::Outcome(outcome).better().unwrap_or(Better::Lower),
        base: shares(base),
        new: shares(new),
        undecided: None,
    }
}

impl Floors {
    /// Tails, set-ups and processor time vary more than medians.
    fn usual(&self, figure: Figure) -> f64 {
        match figure {
            Figure::CpuPerMessage | Figure::CpuPerSession => 0.10,
            Figure::Latency(metric, _) if is_of_set_up(metric) => 0.20,
            Figure::Latency(_, Statistic::Quantile(q)) if q > 0.5 => 0.20,
            _ => self.median,
        }
    }
}

/// Why a figure means too little in these runs.
fn too_few(figure: Figure, base: &[Unit<'_>], new: &[Unit<'_>]) -> Option<Undecided> {
    let Figure::Latency(metric, statistic) = figure else {
        return None;
    };
    let of_tail = match statistic {
        Statistic::Quantile(q) if q >= TAIL => {
            samples_needed(statistic).unwrap_or(VALUES_FOR_MAXIMUM)
        }
        _ => 0,
    };
    let units = || base.iter().chain(new);
    let mut runs = units().flat_map(Unit::runs);
    let (what, needed) = match is_of_set_up(metric) {
        false => ("messages", of_tail),
        true => match runs.all(|run| run.record.plan["load"]["connect"] == "on_demand") {
            true => ("set-ups", of_tail.max(SET_UPS)),
            // However many there are: they are not of the load.
            false => {
                return Some(Undecided::TooFewValues {
                    what: "set-ups on demand (load.connect)",
                    needed: of_tail.max(SET_UPS),
                });
            }
        },
    };
    let fewest = units().map(|unit| unit.fewest(metric)).min();
    (fewest.unwrap_or(0) < needed).then_some(Undecided::TooFewValues { what, needed })
}

fn is_of_set_up(metric: Metric) -> bool {
    match metric {
        Metric::Span(span) => span == Span::SessionSetup,
        Metric::Phase(phase) => phase.scope() == Scope::Session,
        Metric::Service(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_compared_is_refused_with_what_is() {
        for (text, error) in [
            ("response.p98", "unknown figure: did you mean response.p99?"),
            (
                "response.p50[1s..2s]",
                "windows are not compared: expected response.p50",
            ),
            (
                "outcome.lost",
                "shares of messages are always compared: expected another figure",
            ),
            (
                "tls.count",
                "more of them is neither better nor worse: expected another figure, such as tls.p50",
            ),
        ] {
            assert_eq!(figure(text), Err(error.to_owned()));
        }
    }

    #[test]
    fn every_figure_that_is_compared_has_a_direction_and_its_floor() {
        for name in Figure::names() {
            let Ok(figure) = figure(&name) else {
                continue;
            };
            let better = figure.better().unwrap();
            let is_a_rate = matches!(name.as_str(), "goodput" | "rate.achieved");
            assert_eq!(better == Better::Higher, is_a_rate, "{name}");
        }
        for (name, expected) in [
            ("response.p50", 0.02),
            ("response.p99", 0.2),
            ("tls.p50", 0.2),
            ("cpu.per_message", 0.1),
            ("cpu.per_session", 0.1),
            ("goodput", 0.02),
        ] {
            let floors = Floors {
                at_least: None,
                median: MEDIAN_OF_RUNS,
            };
            let usual = floors.usual(Figure::from_name(name).unwrap());
            assert_eq!(usual, expected, "{name}");
        }
    }
}
