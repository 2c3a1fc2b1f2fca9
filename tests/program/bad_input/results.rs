//! Results that can't be written: exit code 7, before anything is sent.

use super::refused;
use crate::support::Sesbench;

#[test]
fn a_folder_that_cannot_be_made() {
    let program = Sesbench::new("run --out");
    let file = program.file("file", "in the way");
    let out = format!("{file}/run");
    refused(program.arg(&out), 7, &[&out, "Not a directory"]);
}

#[test]
fn a_folder_that_is_a_file() {
    let program = Sesbench::new("run --out");
    let file = program.file("file", "in the way");
    refused(program.arg(&file), 7, &[&file]);
}

#[test]
fn a_folder_with_something_in_it() {
    let program = Sesbench::new("run --out .");
    program.file("kept", "something");
    let done = refused(program, 7, &["not empty", "--out"]);
    assert_eq!(std::fs::read_dir(done.directory()).unwrap().count(), 1);
}

#[test]
fn a_trace_that_cannot_be_written() {
    let program = Sesbench::run("--trace absent/trace");
    let done = refused(program, 7, &["absent/trace", "No such file"]);
    assert_eq!(done.folder().json()["status"], "aborted");
}

#[test]
fn a_damaged_record_is_reported_with_its_line() {
    // Without a threshold that a busy machine could put in doubt.
    let words = "--messages 5 --warm-up 0s --set mock.ephemeral=true \
                 --threshold outcome.accepted>=0% --threshold rate.achieved>=0%";
    let folder = Sesbench::run(words).done().with(0);
    let mut record = folder.folder().json();
    record["window_s"] = "7".into();
    let path = folder.folder().path().join("run.json");
    std::fs::write(&path, record.to_string()).unwrap();
    let wrong = "run.json: `window_s` is \"7\": expected a number";
    for words in ["mock --calibrate", "check --calibrate"] {
        let program = Sesbench::new(words).arg(folder.folder().path().to_str().unwrap());
        refused(program, 2, &[wrong]);
    }
}
