//! JUnit XML, as Jenkins and other CI systems read it: suites of cases.

use std::io::{self, Write};

use crate::text::printable;

/// A suite of test cases.
#[derive(Debug)]
pub(super) struct Suite {
    /// What was tested; the command stands before it.
    pub(super) name: String,
    pub(super) cases: Vec<Case>,
}

/// A test case; passed without a problem.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) problem: Option<Problem>,
}

/// Why a case did not pass.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) element: Element,
    /// A word for programs.
    pub(super) kind: &'static str,
    pub(super) text: String,
}

/// What a problem is to CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// The condition does not hold.
    Failure,
    /// It is not known whether it holds.
    Error,
}

impl Element {
    const fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Error => "error",
        }
    }
}

impl Problem {
    /// Worse than before.
    pub(super) fn regressed(text: String) -> Self {
        Self {
            element: Element::Failure,
            kind: "regressed",
            text,
        }
    }

    /// Could not be decided.
    pub(super) fn inconclusive(text: String) -> Self {
        Self {
            element: Element::Error,
            kind: "inconclusive",
            text,
        }
    }
}

/// Writes the document of a command, such as `sesbench run`.
pub(super) fn write(command: &str, suites: &[Suite], to: &mut dyn Write) -> io::Result<()> {
    let all = counts(suites.iter().flat_map(|suite| &suite.cases));
    writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(to, "<testsuites name=\"{command}\" {all}>")?;
    for suite in suites {
        let name = escaped(&format!("{command}: {}", suite.name));
        let counts = counts(suite.cases.iter());
        writeln!(
            to,
            "  <testsuite name=\"{name}\" {counts} skipped=\"0\" time=\"0\">"
        )?;
        for case in &suite.cases {
            case.write(&name, to)?;
        }
        writeln!(to, "  </testsuite>")?;
    }
    writeln!(to, "</testsuites>")
}

/// The numbers of cases as attributes.
fn counts<'a>(cases: impl Iterator<Item = &'a Case>) -> String {
    let (mut tests, mut failures, mut errors) = (0, 0, 0);
    for case in cases {
        tests += 1;
        match case.problem.as_ref().map(|problem| problem.element) {
            Some(Element::Failure) => failures += 1,
            Some(Element::Error) => errors += 1,
            None => {}
        }
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"")
}

impl Case {
    fn write(&self, suite: &str, to: &mut dyn Write) -> io::Result<()> {
        let name = escaped(&self.name);
        let head = format!("    <testcase classname=\"{suite}\" name=\"{name}\" time=\"0\"");
        let Some(problem) = &self.problem else {
            return writeln!(to, "{head}/>");
        };
        let (element, kind) = (problem.element.name(), problem.kind);
        let text = escaped(&problem.text);
        writeln!(
            to,
            "{head}>\n      <{element} message=\"{text}\" type=\"{kind}\"/>\n    </testcase>"
        )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_in_its_attribute() {
        let text = "]]></testcase> \"&\u{0}\u{1b}\u{ffff}\n";
        assert_eq!(
            escaped(text),
            "]]&gt;&lt;/testcase&gt; &quot;&amp;\\u{0}\\u{1b}\\n"
        );
    }
}
