//! Generates `docs/scenario.md` from the table of keys and the forms of stages.

use std::fmt::Write;

use super::keys::{self, Default, Key, Kind};
use crate::schedule::forms;

const HEAD: &str = "\
# Scenario reference

<!-- Generated from the code; to regenerate it: UPDATE_DOCS=1 cargo test --lib reference -->

A scenario is a TOML file. Every key can also be set on the command line:
`--set load.rate=200/s`, or the flag for that key. Unknown keys are errors.

Values with a unit are written in one way, in every table, flag and `--set`, and in the
mock's settings too:

| value | written |
|---|---|
| duration | `250ms`, `1.5s`, `5min`, `1h 30min`, `2d`; units `ns`, `us`, `ms`, `s`, `m` or `min`, `h`, `d`, `w`; a bare `0`. Months and years have no fixed length and are refused |
| size | `4 KiB`, `40MB`, `1.5 MiB`, or a number of bytes; binary `KiB`, `MiB`, `GiB`, decimal `kB`, `MB`, `GB` |
| rate | `14/s`, `200/min`, `3600/h`, `50000/d`; exact with up to nine decimals. Where the unit is fixed, as in `mock.rate`, a plain number too |
| percentage | `99.9%` |
";

/// The reference of every key, in Markdown: `docs/scenario.md`.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    let mut heading = None;
    let (mock, others): (Vec<_>, Vec<_>) = keys::all().partition(|key| key.kind == Kind::Mock);
    for key in others.into_iter().chain(mock) {
        let table = table_of(&key);
        if heading.as_deref() != Some(table) {
            push_heading(table, &mut text);
            heading = Some(table.to_owned());
        }
        push_row(&key, &mut text);
    }
    push_mock(&mut text);
    push_stages(&mut text);
    text
}

fn push_stages(text: &mut String) {
    let _ = write!(
        text,
        "\n## Stages of `load.stages`\n\nEach stage has one of these forms; see \
         [load-shapes.md](load-shapes.md).\n\n{}",
        forms::markdown()
    );
}

/// The mock's own keys, with the defaults as the mock prints them.
fn push_mock(text: &mut String) {
    let defaults = toml::to_string(&sesbench_mock::Settings::default()).unwrap_or_default();
    let _ = write!(
        text,
        "\nThe mock's settings, with their defaults (absent limits follow from the profile, or \
         do not apply):\n\n```toml\n{}```\n",
        defaults.replacen("[latency]", "[latency]   # time before each reply", 1)
    );
}

fn table_of(key: &Key) -> &str {
    match key.path.split_once('.') {
        Some((table, _)) => table,
        None if key.kind.is_table() => &key.path,
        None => "",
    }
}

fn push_heading(table: &str, text: &mut String) {
    let title = if table.is_empty() {
        "Top level".to_owned()
    } else {
        format!("`[{table}]`")
    };
    let _ = write!(
        text,
        "\n## {title}\n\n| key | type | default | example | meaning |\n|---|---|---|---|---|\n"
    );
}

fn push_row(key: &Key, text: &mut String) {
    let default = match &key.default {
        Default::Is(toml) => format!("`{toml}`"),
        Default::Absent(words) => (*words).to_owned(),
    };
    let (path, meaning) = (&key.path, &key.meaning);
    let _ = writeln!(
        text,
        "| `{path}` | {} | {default} | `{}` | {meaning} |",
        key.kind.in_reference(),
        key.example
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_in_docs_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, reference()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == reference(),
            "docs/scenario.md differs from the code; run UPDATE_DOCS=1 cargo test --lib reference"
        );
    }

    #[test]
    fn the_forms_of_stages_in_docs_are_those_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/load-shapes.md");
        let old = std::fs::read_to_string(path).unwrap();
        let (begin, end) = ("<!-- begin stages -->\n", "<!-- end stages -->");
        let (before, rest) = old.split_once(begin).unwrap();
        let (_, after) = rest.split_once(end).unwrap();
        let new = format!("{before}{begin}{}{end}{after}", forms::markdown());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, &new).unwrap();
        } else {
            let hint = "differs from the code; run UPDATE_DOCS=1 cargo test --lib reference";
            assert!(old == new, "docs/load-shapes.md {hint}");
        }
    }
}
