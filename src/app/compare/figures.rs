//! Which figures of the runs are compared, and what each of them is. Few questions are
//! decided, because each of them takes certainty from the others.

use std::fmt;

use crate::analysis::comparison::{Better, Question, Role, Share, Undecided};
use crate::analysis::verdict::{Figure, Statistic};
use crate::run::{Finished, SummaryLine};
use crate::text::most_similar;
use crate::vocabulary::{FigureValue, Metric, Outcome, Span};

/// A figure that can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ComparedFigure {
    /// One that thresholds have, too.
    Figure(Figure),
    /// The generator's processor time per message.
    CpuPerMessage,
}

const CPU_PER_MESSAGE: &str = "cpu.per_message";

/// What the tail needs to mean something: ten values beyond p99.
const MESSAGES_FOR_P99: u64 = 1_000;

/// Set-ups that each run needs.
const SET_UPS: u64 = 100;

impl ComparedFigure {
    /// The figure of that name, for the command line.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match (text, Figure::from_name(text)) {
            (CPU_PER_MESSAGE, _) => Ok(Self::CpuPerMessage),
            (_, Some(Figure::Outcome(_))) => {
                Err("shares of messages are always compared: expected another figure".to_owned())
            }
            (_, Some(figure)) => Ok(Self::Figure(figure)),
            (_, None) => {
                let names: Vec<String> = Figure::names().collect();
                let similar = most_similar(text, names.iter().map(String::as_str));
                let hint = similar.map(|name| format!("did you mean {name}?"));
                let hint = hint.unwrap_or_else(|| "expected one such as response.p95".to_owned());
                Err(format!("unknown figure: {hint}"))
            }
        }
    }

    /// The smallest change that matters. One in a hundred in the middle is seen between
    /// quiet runs; tails, set-ups and processor time vary more than that.
    fn floor(self) -> f64 {
        match self {
            Self::CpuPerMessage => 0.10,
            Self::Figure(Figure::Latency(metric, _)) if is_of_set_up(metric) => 0.20,
            Self::Figure(Figure::Latency(_, Statistic::Quantile(q))) if q > 0.5 => 0.20,
            Self::Figure(_) => 0.02,
        }
    }

    fn better(self) -> Better {
        match self {
            Self::Figure(Figure::Goodput | Figure::Achieved) => Better::Higher,
            _ => Better::Lower,
        }
    }

    fn value(self, run: &Finished) -> FigureValue {
        let number = |value: Option<f64>| value.map_or(FigureValue::Empty, FigureValue::Value);
        let cpu = run.record.cpu.generator;
        match self {
            Self::CpuPerMessage => number(cpu.and_then(|used| used.per_message_us)),
            Self::Figure(Figure::Latency(metric, statistic)) => {
                match (line(metric, run), statistic) {
                    (None, _) => FigureValue::Empty,
                    (Some(line), Statistic::Mean) => number(line.mean),
                    (Some(line), Statistic::Quantile(q)) => quantile(line, q),
                }
            }
            Self::Figure(Figure::Count(metric)) => {
                number(line(metric, run).map(|line| line.count as f64))
            }
            Self::Figure(Figure::Achieved) => number(run.record.rate.achieved_share),
            Self::Figure(Figure::Goodput) => number(Some(run.record.rate.goodput_per_s)),
            Self::Figure(_) => FigureValue::Empty,
        }
    }

    /// Why it means too little in these runs.
    fn too_few(self, runs: &[&Finished]) -> Option<Undecided> {
        let Self::Figure(Figure::Latency(metric, statistic)) = self else {
            return None;
        };
        let is_on_demand = |run: &&Finished| run.record.plan["load"]["connect"] == "on_demand";
        let (what, needed) = match statistic {
            _ if is_of_set_up(metric) && !runs.iter().all(is_on_demand) => {
                ("set-ups on demand (load.connect)", SET_UPS)
            }
            _ if is_of_set_up(metric) => ("set-ups", SET_UPS),
            Statistic::Quantile(q) if q >= 0.99 => ("messages", MESSAGES_FOR_P99),
            _ => return None,
        };
        let count = |run: &&Finished| line(metric, run).map_or(0, |line| line.count);
        let is_few = runs.iter().map(count).min().unwrap_or(0) < needed;
        let is_ahead = is_of_set_up(metric) && !runs.iter().all(is_on_demand);
        (is_few || is_ahead).then_some(Undecided::TooFewValues { what, needed })
    }
}

impl fmt::Display for ComparedFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Figure(figure) => figure.fmt(f),
            Self::CpuPerMessage => f.write_str(CPU_PER_MESSAGE),
        }
    }
}

/// The questions, in the order of the report.
pub(super) fn questions(
    base: &[&Finished],
    new: &[&Finished],
    asked: &[ComparedFigure],
    at_least: Option<f64>,
) -> Vec<Question> {
    let all: Vec<&Finished> = base.iter().chain(new).copied().collect();
    // The closed model has no response.
    let is_closed = |run: &&Finished| run.record.plan["load"]["model"] == "closed";
    let span = match all.iter().any(is_closed) {
        true => Span::Service,
        false => Span::Response,
    };
    let of = |span, q| {
        ComparedFigure::Figure(Figure::Latency(Metric::Span(span), Statistic::Quantile(q)))
    };
    let mut figures = vec![
        (of(span, 0.5), Role::Primary),
        (of(span, 0.99), Role::Guard),
        (of(Span::SessionSetup, 0.5), Role::Context),
        (ComparedFigure::CpuPerMessage, Role::Context),
    ];
    for figure in asked {
        match figures.iter_mut().find(|(known, _)| known == figure) {
            Some((_, Role::Primary)) => {}
            Some((_, role)) => *role = Role::Asked,
            None => figures.push((*figure, Role::Asked)),
        }
    }
    let question = |(figure, role): (ComparedFigure, Role)| {
        let values = |runs: &[&Finished]| runs.iter().map(|run| figure.value(run)).collect();
        let usual = figure.floor();
        Question {
            figure: figure.to_string(),
            better: figure.better(),
            role,
            floor: match role {
                Role::Primary | Role::Asked => at_least.unwrap_or(usual),
                Role::Guard | Role::Context => usual,
            },
            base: values(base),
            new: values(new),
            undecided: match role {
                Role::Context => None,
                _ => figure.too_few(&all),
            },
        }
    };
    figures.into_iter().map(question).collect()
}

/// The share of messages with each outcome that any run has.
pub(super) fn shares(base: &[&Finished], new: &[&Finished]) -> Vec<Share> {
    let of = |outcome: Outcome| {
        let share = |run: &&Finished| {
            let window = &run.record.window;
            window.outcomes.of(outcome) as f64 / window.scheduled.max(1) as f64
        };
        Share {
            figure: Figure::Outcome(outcome).to_string(),
            better: match outcome {
                Outcome::Accepted => Better::Higher,
                _ => Better::Lower,
            },
            base: base.iter().map(share).collect(),
            new: new.iter().map(share).collect(),
            undecided: None,
        }
    };
    let is_seen = |share: &Share| share.base.iter().chain(&share.new).any(|each| *each > 0.0);
    Outcome::ALL
        .iter()
        .copied()
        .map(of)
        .filter(is_seen)
        .collect()
}

fn is_of_set_up(metric: Metric) -> bool {
    match metric {
        Metric::Span(span) => span == Span::SessionSetup,
        Metric::Phase(phase) => phase.scope() == crate::vocabulary::Scope::Session,
        Metric::Service(_) => false,
    }
}

fn line(metric: Metric, run: &Finished) -> Option<&SummaryLine> {
    run.summary.iter().find(|line| line.metric == metric)
}

/// The quantile, if the summary has it.
fn quantile(line: &SummaryLine, q: f64) -> FigureValue {
    let columns = [
        (0.5, line.p50),
        (0.9, line.p90),
        (0.95, line.p95),
        (0.99, line.p99),
        (0.999, line.p99_9),
        (0.9999, line.p99_99),
        (1.0, line.max),
    ];
    let found = columns.iter().find(|(column, _)| *column == q);
    found.map_or(FigureValue::Empty, |(_, value)| *value)
}
