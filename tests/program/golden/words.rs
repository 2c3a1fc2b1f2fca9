//! The words and numbers that programs read: none changes its meaning or
//! disappears from one version to the next.

use std::fmt::Write;

use sesbench::testing::{ExitCode, Figure, Metric, Outcome, Phase, Scope, Span, diagnoses};

use super::assert_golden;

#[test]
fn words() {
    let mut text = String::new();
    let mut list = |title: &str, lines: Vec<String>| {
        writeln!(text, "{title}").unwrap();
        for line in lines {
            writeln!(text, "  {line}").unwrap();
        }
    };
    let names = Phase::ALL.iter().map(|phase| {
        let scope = match phase.scope() {
            Scope::Session => "session",
            Scope::Message => "message",
        };
        let timeout = phase.default_timeout().as_secs();
        format!("{} of a {scope}, {timeout} s", phase.name())
    });
    list("phases", names.collect());
    let names = Span::ALL.iter().map(|span| span.name().to_owned());
    list("spans", names.collect());
    let names = Outcome::ALL.iter().map(|outcome| {
        let latency = if outcome.lacks_latency() {
            "no latency"
        } else {
            "latency"
        };
        format!("{} {latency}", outcome.name())
    });
    list("outcomes", names.collect());
    list("metrics", Metric::all().map(Metric::name).collect());
    let codes = ExitCode::ALL.iter();
    let codes = codes.map(|code| format!("{} {code:?}", code.code()));
    list(
        "exit codes, those that outrank others first",
        codes.collect(),
    );
    let subjects = Figure::names();
    list("figures of thresholds", subjects.collect());
    let diagnoses = diagnoses().map(|row| row.id.to_owned());
    list("diagnoses", diagnoses.collect());
    assert_golden("words.txt", &text);
}
