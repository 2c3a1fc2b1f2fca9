//! The result for CI, as JUnit reads it: a test suite for each value that is compared, a
//! test case for each question, guard and share. Worse is a failure, what could not be
//! decided of a question is an error, a guard that is unclear is neither.

use std::io::{self, Write};

use super::phrases::{change, measured, title};
use super::{AbArm, AbReport, AbSeries};
use crate::analysis::comparison::{Answer, Decision, Role, ShareAnswer};
use crate::output::Exporter;
use crate::text::figures::share;

/// Writes JUnit XML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Junit;

/// A test case.
struct Case {
    name: String,
    outcome: CaseOutcome,
}

enum CaseOutcome {
    Success,
    Failure(String),
    Error(String),
}

impl Exporter<AbReport> for Junit {
    fn export(&self, report: &AbReport, to: &mut dyn Write) -> io::Result<()> {
        writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(to, "<testsuites name=\"sesbench ab\">")?;
        for series in &report.series {
            for arm in &series.arms {
                suite(series, arm, to)?;
            }
        }
        writeln!(to, "</testsuites>")
    }
}

fn suite(series: &AbSeries, arm: &AbArm, to: &mut dyn Write) -> io::Result<()> {
    let answers = &arm.answers;
    let figures = answers.figures.iter().filter(|each| each.role.is_decided());
    let cases: Vec<Case> = figures
        .map(of_figure)
        .chain(answers.shares.iter().map(of_share))
        .collect();
    let count =
        |is: fn(&CaseOutcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count();
    let failures = count(|outcome| matches!(outcome, CaseOutcome::Failure(_)));
    let errors = count(|outcome| matches!(outcome, CaseOutcome::Error(_)));
    let name = escaped(&format!(
        "{}: {} against {}",
        title(series),
        arm.value,
        series.base
    ));
    let tests = cases.len();
    writeln!(
        to,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" \
         skipped=\"0\" time=\"0\">"
    )?;
    for case in &cases {
        let head = format!(
            "    <testcase classname=\"{name}\" name=\"{}\" time=\"0\"",
            escaped(&case.name)
        );
        match &case.outcome {
            CaseOutcome::Success => writeln!(to, "{head}/>")?,
            CaseOutcome::Failure(why) => {
                let why = escaped(why);
                writeln!(
                    to,
                    "{head}><failure message=\"{why}\" type=\"regressed\"/></testcase>"
                )?;
            }
            CaseOutcome::Error(why) => {
                let why = escaped(why);
                writeln!(
                    to,
                    "{head}><error message=\"{why}\" type=\"inconclusive\"/></testcase>"
                )?;
            }
        }
    }
    writeln!(to, "  </testsuite>")
}

fn of_figure(answer: &Answer) -> Case {
    let (base, new) = (
        measured(&answer.figure, answer.base.median),
        measured(&answer.figure, answer.new.median),
    );
    let shift = answer
        .estimate
        .map(|estimate| format!(" ({})", change(estimate.shift)));
    let text = format!("{base} to {new}{}", shift.unwrap_or_default());
    let is_question = answer.role != Role::Guard;
    let outcome = match answer.decision {
        Decision::Regressed => CaseOutcome::Failure(text),
        Decision::Unclear | Decision::Described if is_question => {
            let why = answer.undecided.as_ref().map(|why| format!(": {why}"));
            CaseOutcome::Error(text + &why.unwrap_or_default())
        }
        _ => CaseOutcome::Success,
    };
    Case {
        name: answer.figure.clone(),
        outcome,
    }
}

fn of_share(answer: &ShareAnswer) -> Case {
    let text = format!("{} to {}", share(answer.base), share(answer.new));
    let outcome = match answer.decision {
        Decision::Regressed => CaseOutcome::Failure(text),
        Decision::Unclear | Decision::Described => CaseOutcome::Error(text),
        Decision::Improved | Decision::Unchanged => CaseOutcome::Success,
    };
    Case {
        name: answer.figure.clone(),
        outcome,
    }
}

/// As the value of an attribute.
fn escaped(text: &str) -> String {
    crate::text::printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
