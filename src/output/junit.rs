//! JUnit XML, as Jenkins and other CI systems read it: one suite of cases.

use std::io::{self, Write};

use crate::text::printable;

/// A suite of test cases.
#[derive(Debug)]
pub(super) struct Suite {
    /// The command, such as `sesbench run`.
    pub(super) command: &'static str,
    /// What was tested.
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
    /// Could not be decided.
    pub(super) fn inconclusive(text: String) -> Self {
        Self {
            element: Element::Error,
            kind: "inconclusive",
            text,
        }
    }
}

impl Suite {
    /// Writes the document.
    pub(super) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let counts = format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
            self.cases.len(),
            self.count(Element::Failure),
            self.count(Element::Error)
        );
        let suite = escaped(&format!("{}: {}", self.command, self.name));
        let command = self.command;
        writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(to, "<testsuites name=\"{command}\" {counts}>")?;
        writeln!(
            to,
            "  <testsuite name=\"{suite}\" {counts} skipped=\"0\" time=\"0\">"
        )?;
        for case in &self.cases {
            case.write(&suite, to)?;
        }
        writeln!(to, "  </testsuite>\n</testsuites>")
    }

    fn count(&self, element: Element) -> usize {
        let problems = self.cases.iter().filter_map(|case| case.problem.as_ref());
        problems
            .filter(|problem| problem.element == element)
            .count()
    }
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
