//! The answers of a comparison, for the formats of `compare` and of `ab`: values and
//! changes in words, the test cases of JUnit, the cells of CSV and the values of JSON.

pub(super) mod cells;
pub(super) mod values;

use super::junit::{Case, Problem};
use crate::analysis::comparison::{Answer, Answers, Decision, Range, Role, ShareAnswer};
use crate::analysis::verdict::Figure;
use crate::text::figures::{latency, share};
use crate::vocabulary::FigureValue;

/// A value of a figure.
pub(super) fn measured(figure: &str, value: Option<f64>) -> String {
    match (Figure::from_name(figure), value) {
        (_, None) => "-".to_owned(),
        (Some(figure), Some(value)) => figure.text(FigureValue::Value(value)),
        (None, Some(value)) => latency(value),
    }
}

/// A relative change: `+5.2 %`.
pub(super) fn change(change: f64) -> String {
    let percent = change * 100.0;
    let decimals = match percent.abs() {
        percent if percent >= 99.95 => 0,
        percent if percent >= 0.095 => 1,
        _ => 2,
    };
    // Without the sign of a negative zero.
    let percent = if percent.abs() < 0.005 { 0.0 } else { percent };
    format!("{percent:+.decimals$} %")
}

/// An interval of a change: `+4.1 to +6.3 %`.
pub(super) fn interval(range: &Range) -> String {
    let low = change(range.low);
    format!("{} to {}", low.trim_end_matches(" %"), change(range.high))
}

/// A change of a share in percentage points.
pub(super) fn points(answer: &ShareAnswer) -> String {
    format!("{:+.2} points", answer.change() * 100.0)
}

/// A test case for each question, guard and share. Worse is a failure; a question that
/// could not be decided is an error; a guard that is unclear is neither. Without any of
/// them there is one case, in error: CI must not read it as passed.
pub(super) fn cases(answers: &Answers, headline: &str) -> Vec<Case> {
    let figures = answers.figures.iter().filter(|each| each.role.is_decided());
    let all: Vec<Case> = figures
        .map(of_figure)
        .chain(answers.shares.iter().map(of_share))
        .collect();
    match all.is_empty() {
        true => vec![Case {
            name: "comparison".to_owned(),
            problem: Some(Problem::inconclusive(headline.to_owned())),
        }],
        false => all,
    }
}

fn of_figure(answer: &Answer) -> Case {
    let base = measured(&answer.figure, answer.base.median);
    let new = measured(&answer.figure, answer.new.median);
    let shift = answer
        .estimate
        .map(|estimate| format!(" ({})", change(estimate.shift)));
    let text = format!("{base} to {new}{}", shift.unwrap_or_default());
    let problem = match answer.decision {
        Decision::Regressed => Some(Problem::regressed(text)),
        Decision::Unclear | Decision::Described if answer.role != Role::Guard => {
            let why = answer.undecided.as_ref().map(|why| format!(": {why}"));
            Some(Problem::inconclusive(text + &why.unwrap_or_default()))
        }
        _ => None,
    };
    Case {
        name: answer.figure.clone(),
        problem,
    }
}

fn of_share(answer: &ShareAnswer) -> Case {
    let (base, new) = (share(answer.base), share(answer.new));
    let text = format!("{base} to {new} ({})", points(answer));
    let problem = match answer.decision {
        Decision::Regressed => Some(Problem::regressed(text)),
        Decision::Unclear | Decision::Described => Some(Problem::inconclusive(text)),
        Decision::Improved | Decision::Unchanged => None,
    };
    Case {
        name: answer.figure.clone(),
        problem,
    }
}
