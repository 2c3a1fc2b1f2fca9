//! `--export FORMAT=FILE`: files with the result, beside the run folder and
//! standard output.

use std::fs;

use nix::sys::signal::Signal;

use crate::support::{Done, Running, Sesbench};

/// Without a threshold that a busy machine could put in doubt.
const SCENARIO: &str = "
name = \"exported\"
[load]
rate = \"50/s\"
duration = \"1s\"
warm_up = \"0s\"
[mock]
profile = \"unlimited\"
";

/// Longer than any test runs: only a signal ends it.
const LONG: &str = "--rate 50/s --duration 10min --warm-up 0s";

fn text(done: &Done, file: &str) -> String {
    let path = done.directory().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The names in the directory it ran in, sorted.
fn names(done: &Done) -> Vec<String> {
    let entries = fs::read_dir(done.directory()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Refused before anything was made or sent, in one line.
#[track_caller]
fn refused(words: &str, code: i32, parts: &[&str]) {
    let done = Sesbench::run(words).done().with(code);
    assert_eq!(done.stdout, "");
    assert_eq!(names(&done), Vec::<String>::new(), "{}", done.stderr);
    for part in parts {
        assert!(done.stderr.contains(part), "{part:?} in {}", done.stderr);
    }
}

#[test]
fn two_at_once_are_the_result_that_stdout_and_the_folder_have() {
    let words = "--quiet --export json=result.json --export text=out/report.txt";
    let done = Sesbench::run_text(SCENARIO, words).done().with(0);
    assert_eq!(done.stderr, "");
    assert_eq!(text(&done, "result.json"), done.folder().text("run.json"));
    assert_eq!(text(&done, "out/report.txt"), done.stdout);
    // Nothing temporary is left.
    assert_eq!(names(&done), ["out", "result.json", "scenario.toml"]);
}

#[test]
fn with_json_on_stdout_the_text_can_go_to_a_file() {
    let words = "--quiet --format json --export text=report.txt --export csv=a.csv";
    let done = Sesbench::run_text(SCENARIO, words).done().with(0);
    assert_eq!(done.stdout, done.folder().text("run.json"));
    let table = text(&done, "a.csv");
    for (row, line) in table.lines().zip(done.folder().text("summary.csv").lines()) {
        assert!(row.starts_with(&format!("{line},")), "{row}");
    }
    assert!(table.contains("\nthreshold,"), "{table}");
    let report = text(&done, "report.txt");
    assert!(report.ends_with("PASS: 1 threshold met\n"), "{report}");
}

#[test]
fn an_unknown_format_is_refused_with_the_list_of_those_that_exist() {
    let expected = "unknown format \"xml\": expected one of text, json, csv";
    refused("--export xml=result.xml", 2, &["--export", expected]);
    refused("--export json", 2, &["no file: expected json=FILE"]);
    refused("--export json=-", 2, &["standard output", "--format"]);
}

#[test]
fn the_scenario_is_not_overwritten() {
    for (words, flag) in [
        ("--export text=scenario.toml", "--export"),
        ("--trace ./scenario.toml", "--trace"),
    ] {
        let done = Sesbench::run_text(SCENARIO, words).done().with(2);
        assert!(done.stderr.contains(flag), "{}", done.stderr);
        assert!(done.stderr.contains("scenario.toml is the scenario: "));
        assert_eq!(text(&done, "scenario.toml"), SCENARIO);
        assert_eq!(names(&done), ["scenario.toml"]);
    }
}

#[test]
fn a_file_that_is_used_twice_is_refused() {
    refused(
        "--export json=a --export text=./a",
        2,
        &["sesbench: --export: ./a is given twice"],
    );
    refused(
        "--export json=a --trace a",
        2,
        &["--export: a is the file of --trace"],
    );
    refused(
        "--export text=out/run.json",
        2,
        &["--export: out/run.json is a file of the run folder"],
    );
}

#[test]
fn a_file_that_cannot_be_written_is_found_before_the_run() {
    refused(
        "--export json=absent/result.json",
        7,
        &["--export: absent/result.json: No such file"],
    );
    refused("--export json=.", 7, &["--export: .: not a regular file"]);
    refused(
        "--export json=/dev/null",
        7,
        &["--export: /dev/null: not a regular file"],
    );
}

/// Its folder was there when the run began.
#[test]
fn a_file_that_cannot_be_written_at_the_end_is_named_and_the_others_are_written() {
    let words = "--duration 2s --export csv=gone/a.csv --export json=b.json";
    let program = Sesbench::run_text(SCENARIO, words);
    let folder = program.out().with_file_name("gone");
    fs::create_dir(&folder).unwrap();
    let running = Running::start(program);
    fs::remove_dir(&folder).unwrap();
    let done = running.ended().with(7);
    let line = "sesbench: --export: gone/a.csv: No such file or directory";
    assert!(done.stderr.contains(line), "{}", done.stderr);
    assert_eq!(text(&done, "b.json"), done.folder().text("run.json"));
    assert!(done.stdout.ends_with("PASS: 1 threshold met\n"));
}

/// Interrupted takes precedence over a file that could not be written.
#[test]
fn an_interrupted_run_is_exported() {
    for (word, exists) in [("json=b.json", true), ("json=gone/b.json", false)] {
        let words = format!("{LONG} --export {word} --export text=c.txt");
        let program = Sesbench::run(&words);
        let folder = program.out().with_file_name("gone");
        fs::create_dir(&folder).unwrap();
        let running = Running::start(program);
        running.wait_for_rows(1);
        fs::remove_dir(&folder).unwrap();
        running.send(Signal::SIGINT);
        let done = running.ended().with(130);
        assert_eq!(text(&done, "c.txt"), done.stdout);
        assert!(done.stdout.contains("(interrupted)"), "{}", done.stdout);
        match exists {
            true => assert_eq!(text(&done, "b.json"), done.folder().text("run.json")),
            false => assert!(done.stderr.contains("gone/b.json: No such file")),
        }
    }
}

#[test]
fn a_run_that_did_not_begin_is_exported() {
    let words = "--target 127.0.0.1:1 --export json=result.json --export text=report.txt";
    let done = Sesbench::run(words).done().with(3);
    assert_eq!(text(&done, "result.json"), done.folder().text("run.json"));
    assert_eq!(done.folder().json()["status"], "aborted");
    let report = text(&done, "report.txt");
    let line = "UNFINISHED: the run was aborted before it had a result\n";
    assert!(
        report.starts_with(line) && report.ends_with(line),
        "{report}"
    );
}

/// Its path is on standard error.
#[test]
fn every_run_leaves_a_report_in_its_folder_unless_it_is_declined() {
    let done = Sesbench::run_text(SCENARIO, "").done().passed();
    let page = text(&done, "out/report.html");
    let decision = done.folder().json()["verdict"]["decision"].clone();
    let word = decision.as_str().unwrap().to_uppercase();
    assert!(page.contains(&format!("<b>{word}</b>")), "{page}");
    let path = done.folder().path().join("report.html");
    let again = Sesbench::new("report").arg(done.folder().path().display().to_string());
    let again = again.done().passed();
    assert_eq!(again.stdout.trim(), path.display().to_string());
    assert!(done.stderr.contains("report: "), "{}", done.stderr);
    assert_eq!(
        text(&done, "out/report.html"),
        page,
        "made from the files alone"
    );
    let without = Sesbench::run_text(SCENARIO, "--no-report").done().passed();
    assert!(!without.folder().path().join("report.html").exists());
}
