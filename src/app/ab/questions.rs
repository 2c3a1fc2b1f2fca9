//! What is asked of the runs of a series: a question about the middle, a guard for the
//! tail, and what the user asks for. Few questions, because each of them takes certainty
//! from the others.

use super::check::is_on_demand;
use super::doubt::is_in_doubt;
use super::folder::Kept;
use super::{Condition, Question as Asked, Request};
use crate::analysis::ab::{Pair, is_selection};
use crate::analysis::comparison::{Better, Question, Role, Share, Undecided};
use crate::analysis::verdict::{Figure, Statistic, samples_needed};
use crate::engine::Model;
use crate::run::Finished;
use crate::vocabulary::{Metric, Outcome, Scope, Span};

/// A figure, its part in the conclusion, and the smallest change that matters.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Subject {
    figure: Figure,
    role: Role,
    floor: f64,
}

/// The set-ups that a run needs for any statistic of them.
const SET_UPS: u64 = 100;

/// The quantile from which on it is one of the tail.
const TAIL: f64 = 0.9;

/// How lost mail is known: it is held to a margin whatever else is asked.
pub(super) const ACCEPTED: Figure = Figure::Outcome(Outcome::Accepted);

/// The figures of a series, in the order of the report.
fn subjects(asked: &Asked, condition: &Condition) -> Vec<Subject> {
    let is_open = matches!(condition.arms[0].plan.load.model, Model::Open { .. });
    let span = if is_open {
        Span::Response
    } else {
        Span::Service
    };
    let of = |span, q| Figure::Latency(Metric::Span(span), Statistic::Quantile(q));
    let subject = |figure, role| Subject {
        figure,
        role,
        floor: floor(figure, role, asked.at_least),
    };
    // The question of the TLS modes takes the place of the usual one.
    let usual = match condition.name {
        Some(_) => Role::Context,
        None => Role::Primary,
    };
    let mut subjects = vec![
        subject(of(span, 0.5), usual),
        subject(
            of(span, 0.99),
            match usual {
                Role::Primary => Role::Guard,
                other => other,
            },
        ),
        subject(of(Span::SessionSetup, 0.5), Role::Context),
    ];
    for figure in &asked.metrics {
        let role = match condition.name {
            Some(_) => Role::Primary,
            None => Role::Asked,
        };
        match subjects.iter_mut().find(|each| each.figure == *figure) {
            Some(known) if known.role == Role::Primary => {}
            Some(known) => *known = subject(*figure, role),
            None => subjects.push(subject(*figure, role)),
        }
    }
    subjects
}

/// The figures that the series decides about.
pub(super) fn decided(asked: &Asked, condition: &Condition) -> Vec<Figure> {
    of_roles(asked, condition, Role::is_decided)
}

/// Those without which it has no result: a doubt about one of them drops a pair.
pub(super) fn essential(asked: &Asked, condition: &Condition) -> Vec<Figure> {
    of_roles(asked, condition, Role::is_essential)
}

fn of_roles(asked: &Asked, condition: &Condition, is_meant: fn(Role) -> bool) -> Vec<Figure> {
    let subjects = subjects(asked, condition).into_iter();
    let meant = subjects.filter(|subject| is_meant(subject.role));
    let figures = meant.map(|subject| subject.figure);
    figures.chain([ACCEPTED]).collect()
}

/// The smallest change that matters. That of the user replaces those of what is asked
/// for and of the question, not that of the guard.
fn floor(figure: Figure, role: Role, at_least: Option<f64>) -> f64 {
    let usual = match figure {
        Figure::Latency(Metric::Span(Span::SessionSetup), _) => 0.20,
        Figure::Latency(_, Statistic::Quantile(q)) if q > TAIL => 0.20,
        Figure::CpuPerMessage | Figure::CpuPerSession => 0.10,
        _ => 0.02,
    };
    match role {
        Role::Guard => usual,
        _ => at_least.unwrap_or(usual),
    }
}

/// The questions about an arm, compared with the first.
pub(super) fn questions(
    request: &Request,
    condition: &Condition,
    pairs: &[&Pair<Kept>],
    arm: usize,
) -> Vec<Question> {
    let subjects = subjects(&request.question, condition).into_iter();
    subjects
        .map(|subject| {
            let of_figure = not_in_doubt(subject, pairs);
            let values = |arm: usize| {
                let runs = of_figure.iter().map(|pair| &pair.runs[arm].finished);
                runs.map(|run| run.figure(subject.figure)).collect()
            };
            let (left_out, of) = (pairs.len() - of_figure.len(), pairs.len());
            let too_many = is_selection(left_out, of).then_some(Undecided::TooManyDropped {
                dropped: left_out,
                of,
            });
            Question {
                figure: subject.figure.to_string(),
                better: better(subject.figure),
                role: subject.role,
                floor: subject.floor,
                base: values(0),
                new: values(arm),
                undecided: too_few(subject, condition, pairs).or(too_many),
            }
        })
        .collect()
}

/// The pairs that a figure is compared in: for the guard, without those in which it
/// measures the generator. The question is decided by all of them.
fn not_in_doubt<'a>(subject: Subject, pairs: &[&'a Pair<Kept>]) -> Vec<&'a Pair<Kept>> {
    let is_left_out = |pair: &Pair<Kept>| {
        let mut runs = pair.runs.iter();
        subject.role == Role::Guard && runs.any(|run| is_in_doubt(&run.finished, subject.figure))
    };
    let all = pairs.iter().copied();
    all.filter(|pair| !is_left_out(pair)).collect()
}

/// The shares of messages, of which lost ones are a regression however fast the others
/// are.
pub(super) fn shares(pairs: &[&Pair<Kept>], arm: usize) -> Vec<Share> {
    let of = |outcome: Outcome| {
        let share = |run: &Finished| {
            let window = &run.record.window;
            window.outcomes.of(outcome) as f64 / window.scheduled.max(1) as f64
        };
        let values = |arm: usize| -> Vec<f64> {
            pairs
                .iter()
                .map(|pair| share(&pair.runs[arm].finished))
                .collect()
        };
        Share {
            figure: Figure::Outcome(outcome).to_string(),
            better: match outcome {
                Outcome::Accepted => Better::Higher,
                _ => Better::Lower,
            },
            base: values(0),
            new: values(arm),
            undecided: None,
        }
    };
    let some = |share: &Share| share.base.iter().chain(&share.new).any(|each| *each > 0.0);
    Outcome::ALL
        .iter()
        .map(|outcome| of(*outcome))
        .filter(some)
        .collect()
}

/// A quantile of too few values is described, not decided.
fn too_few(subject: Subject, condition: &Condition, pairs: &[&Pair<Kept>]) -> Option<Undecided> {
    let Figure::Latency(metric, statistic) = subject.figure else {
        return None;
    };
    let of_tail = match statistic {
        Statistic::Quantile(q) if q >= TAIL => samples_needed(statistic),
        _ => None,
    };
    let (what, needed) = match (metric, of_tail) {
        (Metric::Span(Span::SessionSetup), needed) => ("set-ups", needed.unwrap_or(0).max(SET_UPS)),
        (Metric::Phase(phase), Some(needed)) if phase.scope() == Scope::Session => {
            ("set-ups", needed)
        }
        (_, Some(needed)) => ("messages", needed),
        (_, None) => return None,
    };
    let runs = pairs.iter().flat_map(|pair| &pair.runs);
    let counts = runs.map(|run| run.finished.line(metric).map_or(0, |line| line.count));
    let is_set_up = metric == Metric::Span(Span::SessionSetup);
    let is_ahead = is_set_up && !condition.arms.iter().all(is_on_demand);
    match counts.min().unwrap_or(0) < needed || is_ahead {
        true => Some(Undecided::TooFewValues { what, needed }),
        false => None,
    }
}

fn better(figure: Figure) -> Better {
    match figure {
        Figure::Outcome(Outcome::Accepted) | Figure::Achieved | Figure::Goodput => Better::Higher,
        _ => Better::Lower,
    }
}

#[cfg(test)]
mod tests;
