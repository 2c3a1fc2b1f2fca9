//! The registry: every format writes the stored run, and the docs list it.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use super::paint::Paint;
use super::*;
use crate::run::{self, Finished};

/// A run folder that is never written again.
pub(super) fn stored() -> Finished {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
    run::read(&folder).unwrap()
}

fn written(format: &Format<Finished>, paint: Paint) -> String {
    let mut text = Vec::new();
    format.write(&stored(), paint, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn named(name: &str) -> Format<Finished> {
    Format::from_name(name).unwrap()
}

#[test]
fn every_format_is_found_by_its_name_and_no_name_is_there_twice() {
    for (at, format) in Finished::formats().enumerate() {
        let name = format.name;
        let first = Finished::formats().position(|each| each.name == name);
        assert_eq!(first, Some(at), "{name}");
        assert_eq!(named(name).meaning, format.meaning);
        assert!(!format.meaning.is_empty() && !format.meaning.contains(['\n', '|']));
        let for_a_flag = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(!name.is_empty() && name.chars().all(for_a_flag), "{name}");
    }
    assert!(Format::<Finished>::from_name("xml").is_none());
}

/// Without colour, as in a file.
#[test]
fn every_format_writes_a_stored_run_to_the_last_newline() {
    for format in Finished::formats() {
        let text = written(&format, Paint::default());
        assert!(text.ends_with('\n'), "{}", format.name);
        assert!(!text.contains('\x1b'), "{}", format.name);
    }
}

#[test]
fn json_is_the_file_of_the_run_folder_and_csv_begins_with_the_latencies() {
    let stored_text = |file| fs::read_to_string(stored().folder.join(file)).unwrap();
    let json = written(&named("json"), Paint::default());
    assert_eq!(json, stored_text("run.json"));
    let csv = written(&named("csv"), Paint::default());
    for (row, line) in csv.lines().zip(stored_text("summary.csv").lines()) {
        assert!(row.starts_with(&format!("{line},")), "{row}");
    }
}

#[test]
fn text_is_the_report_for_people() {
    let text = written(&Finished::TEXT, Paint::default());
    let name = stored().record.scenario.name;
    assert!(text.starts_with("INCONCLUSIVE: "), "{text}");
    assert!(text.contains(&format!("\n\n{name}\n")), "{text}");
    let colourful = written(&Finished::TEXT, Paint { colour: true });
    assert!(colourful.contains("\x1b["), "only where it is wanted");
}

/// `UPDATE_DOCS=1 cargo test --lib output` writes the table again.
#[test]
fn the_docs_list_every_format() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/running.md");
    let old = fs::read_to_string(&path).unwrap();
    let mut table = "| format | content |\n|---|---|\n".to_owned();
    for format in Finished::formats() {
        writeln!(table, "| `{}` | {} |", format.name, format.meaning).unwrap();
    }
    let (begin, end) = ("<!-- begin formats -->\n", "<!-- end formats -->");
    let (before, rest) = old.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let new = format!("{before}{begin}{table}{end}{after}");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, new).unwrap();
    } else {
        let hint = "run UPDATE_DOCS=1 cargo test --lib output";
        assert!(old == new, "docs/running.md differs from the code; {hint}");
    }
}
