//! Keeps `results/README.md` and `results/run.schema.json` equal to the code.
//!
//! `UPDATE_DOCS=1 cargo test readme` regenerates them.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::columns::Column;
use super::intervals::Intervals;
use super::latencies_and_thresholds::threshold_columns;
use super::outcomes::outcome_columns;
use super::summary::{histogram_columns, summary_columns};
use crate::vocabulary::{ExitCode, Outcome, Phase, Scope, Span};

#[test]
fn the_readme_describes_every_column_phase_span_outcome_and_exit_code() {
    let path = results("README.md");
    let old = fs::read_to_string(&path).unwrap();
    let mut new = old.clone();
    for (name, table) in tables() {
        new = with_table(&new, name, &table);
    }
    hold(&path, &old, &new);
}

#[test]
fn the_schema_is_made_from_the_record() {
    let path = results("run.schema.json");
    let old = fs::read_to_string(&path).unwrap_or_default();
    let new = serde_json::to_string_pretty(&super::schema::generated()).unwrap() + "\n";
    hold(&path, &old, &new);
}

fn results(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("results")
        .join(file)
}

fn hold(path: &Path, old: &str, new: &str) {
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, new).unwrap();
    } else {
        let hint = "out of date: run UPDATE_DOCS=1 cargo test readme";
        assert!(old == new, "{} is {hint}", path.display());
    }
}

/// The text with the part between the markers of `name` replaced.
fn with_table(text: &str, name: &str, table: &str) -> String {
    let begin = format!("<!-- begin {name} -->\n");
    let end = format!("<!-- end {name} -->");
    let missing = || panic!("no markers for {name}");
    let (before, rest) = text.split_once(&begin).unwrap_or_else(missing);
    let (_, after) = rest.split_once(&end).unwrap_or_else(missing);
    format!("{before}{begin}{table}{end}{after}")
}

fn tables() -> Vec<(&'static str, String)> {
    vec![
        ("summary.csv", columns(&summary_columns())),
        ("thresholds", columns(&threshold_columns())),
        ("histogram.csv", columns(&histogram_columns())),
        ("intervals.csv", columns(&Intervals::columns())),
        ("outcomes.csv", columns(&outcome_columns())),
        ("phases", phases()),
        ("spans", spans()),
        ("outcomes", outcomes()),
        ("exit codes", exit_codes()),
    ]
}

fn columns(columns: &[Column]) -> String {
    let rows = columns
        .iter()
        .map(|each| format!("`{}` | {}", each.name, each.meaning));
    table("column | content", rows)
}

fn phases() -> String {
    let rows = Phase::ALL.iter().map(|phase| {
        let scope = match phase.scope() {
            Scope::Session => "session",
            Scope::Message => "message",
        };
        let timeout = phase.default_timeout().as_secs();
        format!(
            "`{}` | {} | {scope} | {timeout} s",
            phase.name(),
            phase.meaning()
        )
    });
    table("phase | from and to | of a | default time-out", rows)
}

fn spans() -> String {
    let rows = Span::ALL
        .iter()
        .map(|span| format!("`{}` | {}", span.name(), span.meaning()));
    table("span | from and to", rows)
}

fn outcomes() -> String {
    let rows = Outcome::ALL.iter().map(|outcome| {
        let latency = if outcome.lacks_latency() { "no" } else { "yes" };
        format!("`{}` | {} | {latency}", outcome.name(), outcome.meaning())
    });
    table("outcome | meaning | has a latency", rows)
}

fn exit_codes() -> String {
    let rows = ExitCode::ALL
        .iter()
        .map(|code| format!("{} | {}", code.code(), code.meaning()));
    table("exit code | meaning", rows)
}

fn table(header: &str, rows: impl Iterator<Item = String>) -> String {
    let rule = header
        .split('|')
        .map(|_| "---")
        .collect::<Vec<_>>()
        .join("|");
    let mut table = format!("| {header} |\n|{rule}|\n");
    rows.for_each(|row| writeln!(table, "| {row} |").unwrap());
    table
}
