//! The result for CI, as JUnit reads it: a test case for each question, guard and share.
//! Worse is a failure; a question that could not be decided is an error; a guard that is
//! unclear is neither.

use std::io::{self, Write};

use super::phrases::{change, headline, measured, points};
use super::{CompareReport, Exporter};
use crate::analysis::comparison::{Answer, Decision, Role, ShareAnswer};
use crate::text::figures::share;
use crate::text::printable;

/// Writes JUnit XML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Junit;

struct Case {
    name: String,
    problem: Option<Problem>,
}

struct Problem {
    /// `failure` or `error`.
    element: &'static str,
    kind: &'static str,
    text: String,
}

impl Exporter<CompareReport> for Junit {
    fn export(&self, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
        let cases = cases(report);
        let count = |element: &str| {
            let problems = cases.iter().filter_map(|case| case.problem.as_ref());
            problems
                .filter(|problem| problem.element == element)
                .count()
        };
        let counts = format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
            cases.len(),
            count("failure"),
            count("error")
        );
        let suite = escaped(&format!("sesbench compare: {}", report.scenario));
        writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(to, "<testsuites name=\"sesbench compare\" {counts}>")?;
        writeln!(
            to,
            "  <testsuite name=\"{suite}\" {counts} skipped=\"0\" time=\"0\">"
        )?;
        for case in &cases {
            let name = escaped(&case.name);
            let head = format!("    <testcase classname=\"{suite}\" name=\"{name}\" time=\"0\"");
            match &case.problem {
                None => writeln!(to, "{head}/>")?,
                Some(Problem {
                    element,
                    kind,
                    text,
                }) => {
                    let text = escaped(text);
                    writeln!(
                        to,
                        "{head}>\n      <{element} message=\"{text}\" type=\"{kind}\"/>\n    </testcase>"
                    )?;
                }
            }
        }
        writeln!(to, "  </testsuite>\n</testsuites>")
    }
}

/// Without a decision there is one case, in error: CI must not read it as passed.
fn cases(report: &CompareReport) -> Vec<Case> {
    let answers = &report.answers;
    let figures = answers.figures.iter().filter(|each| each.role.is_decided());
    let all: Vec<Case> = figures
        .map(figure)
        .chain(answers.shares.iter().map(of_share))
        .collect();
    match all.is_empty() {
        true => vec![Case {
            name: "comparison".to_owned(),
            problem: Some(Problem::inconclusive(headline(report))),
        }],
        false => all,
    }
}

impl Problem {
    fn regressed(text: String) -> Self {
        Self {
            element: "failure",
            kind: "regressed",
            text,
        }
    }

    fn inconclusive(text: String) -> Self {
        Self {
            element: "error",
            kind: "inconclusive",
            text,
        }
    }
}

fn figure(answer: &Answer) -> Case {
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

/// As the value of an attribute. Two characters beside the control characters are not
/// allowed in XML 1.0.
fn escaped(text: &str) -> String {
    let allowed = |c: &char| !matches!(c, '\u{fffe}' | '\u{ffff}');
    let text: String = printable(text).chars().filter(allowed).collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
