//! The GitHub Action: the script of its step, run as the step does, and the names
//! that its description and the script have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Server, Then, repository};

fn text(file: &str) -> String {
    std::fs::read_to_string(repository().join(file)).unwrap()
}

/// The keys of a top-level section of `action.yml`.
fn keys(section: &str) -> BTreeSet<String> {
    let text = text("action.yml");
    let lines = text.lines();
    let inside = lines
        .skip_while(|line| *line != format!("{section}:"))
        .skip(1)
        .take_while(|line| line.is_empty() || line.starts_with(' '));
    let keys = inside.filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    keys.filter(|key| !key.starts_with(' '))
        .map(str::to_owned)
        .collect()
}

/// The name of the variable with an input.
fn variable(input: &str) -> String {
    format!("INPUT_{}", input.replace('-', "_").to_uppercase())
}

/// The words of a text that begin like that.
fn words<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = String> + 'a {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(move |word| word.starts_with(start) && word.len() > start.len())
        .map(str::to_owned)
}

#[test]
fn the_inputs_are_those_that_the_script_reads() {
    let mut inputs = keys("inputs");
    // For the step that uploads.
    assert!(inputs.remove("artifact"));
    assert!(inputs.contains("compare-to"), "{inputs:?}");
    let expected: BTreeSet<_> = inputs.iter().map(|input| variable(input)).collect();
    let read: BTreeSet<_> = words(&text(".ci/action/run"), "INPUT_").collect();
    assert_eq!(read, expected);
    let action = text("action.yml");
    for input in &inputs {
        let passed = format!("{}: ${{{{ inputs.{input} }}}}\n", variable(input));
        assert!(action.contains(&passed), "{passed}");
    }
}

#[test]
fn the_outputs_are_those_that_the_script_writes() {
    let script = text(".ci/action/run");
    let written = script.lines().filter_map(|line| {
        let (name, _) = line.trim().strip_prefix("output ")?.split_once(' ')?;
        Some(name.to_owned())
    });
    let outputs = keys("outputs");
    assert_eq!(written.collect::<BTreeSet<_>>(), outputs);
    let action = text("action.yml");
    for output in &outputs {
        let passed = format!("value: ${{{{ steps.run.outputs.{output} }}}}\n");
        assert!(action.contains(&passed), "{passed}");
    }
}

/// A step that has ended.
struct Step {
    code: Option<i32>,
    log: String,
    outputs: BTreeMap<String, String>,
    summary: String,
    /// The run folder is in it.
    _temporary: TempDir,
}

impl Step {
    /// Runs the script as GitHub would, with these inputs.
    fn with(inputs: &[(&str, &str)]) -> Self {
        Self::in_environment(inputs, &[])
    }

    /// The same, with more variables.
    fn in_environment(inputs: &[(&str, &str)], variables: &[(&str, &str)]) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let at = |name: &str| temporary.path().join(name);
        let (outputs, summary) = (at("outputs"), at("summary"));
        let inputs = inputs.iter().map(|(name, value)| (variable(name), value));
        let done = Command::new(repository().join(".ci/action/run"))
            .current_dir(repository())
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("RUNNER_TEMP", temporary.path())
            .env("INPUT_SESBENCH", env!("CARGO_BIN_EXE_sesbench"))
            .env_remove("SESBENCH_USERNAME")
            .env_remove("SESBENCH_PASSWORD")
            .envs(inputs)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let read = |path: PathBuf| std::fs::read_to_string(path).unwrap_or_default();
        let pair = |line: &str| {
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        };
        Self {
            code: done.status.code(),
            log: String::from_utf8([done.stdout, done.stderr].concat()).unwrap(),
            outputs: read(outputs).lines().map(pair).collect(),
            summary: read(summary),
            _temporary: temporary,
        }
    }

    #[track_caller]
    fn ended(&self, code: i32, verdict: &str) {
        assert_eq!(self.code, Some(code), "{}", self.log);
        assert_eq!(self.outputs["verdict"], verdict);
    }

    fn number(&self, output: &str) -> f64 {
        self.outputs[output].parse().unwrap()
    }
}

#[test]
fn a_run_has_outputs_a_summary_and_a_folder() {
    let args = "--model closed --messages 40 --quiet --threshold 'outcome.accepted >= 99%'";
    let step = Step::with(&[("scenario", "scenarios/smoke.toml"), ("args", args)]);
    step.ended(0, "pass");
    assert_eq!(step.outputs["exit-code"], "0");
    assert!(step.number("goodput") > 0.0);
    // The closed model has no response.
    assert_eq!(step.outputs["response-p99"], "");
    let folder = PathBuf::from(&step.outputs["run-folder"]);
    assert!(folder.join("run.json").is_file());
    let first = step.summary.lines().nth(1).unwrap_or_default();
    assert!(first.starts_with("PASS: "), "{}", step.summary);
    assert!(step.summary.contains("\n\nsmoke\n"), "{}", step.summary);
}

#[test]
fn a_missed_threshold_fails_and_its_results_are_kept() {
    let args = "--messages 20 --warm-up 0s --quiet --threshold 'outcome.accepted<=10%'";
    let step = Step::with(&[("args", args)]);
    step.ended(1, "fail");
    let folder = PathBuf::from(&step.outputs["run-folder"]);
    assert!(folder.join("summary.csv").is_file());
    assert!(step.number("response-p99") > 0.0);
    assert!(step.summary.contains("FAIL"), "{}", step.summary);
    let annotation = "::error title=sesbench::fail (exit code 1)";
    assert!(step.log.contains(annotation), "{}", step.log);
}

/// Twenty values bound no 99th percentile from above.
#[test]
fn whether_inconclusive_fails_can_be_chosen() {
    let args = "--messages 20 --warm-up 0s --quiet --threshold response.p99<10s";
    for (fails, code, level) in [("true", 4, "error"), ("false", 0, "warning")] {
        let step = Step::with(&[("args", args), ("fail-on-inconclusive", fails)]);
        step.ended(code, "inconclusive");
        assert_eq!(step.outputs["exit-code"], "4");
        let annotation = format!("::{level} title=sesbench::inconclusive");
        assert!(step.log.contains(&annotation), "{}", step.log);
    }
}

#[test]
fn inputs_that_cannot_be_used_are_refused_before_anything_is_sent() {
    for (inputs, part) in [
        (
            &[("args", "--rate '5/s")][..],
            "args: a quote is not closed",
        ),
        (&[("rounds", "0")], "rounds: \"0\": expected a number"),
        // A line of an input is no command to the runner.
        (
            &[("rounds", "5%\n::warning::x")],
            "rounds: \"5%25%0A::warning::x\": expected",
        ),
        (
            &[("fail-on-inconclusive", "maybe")],
            "expected true or false",
        ),
        (
            &[("sesbench", "absent/sesbench")],
            "absent/sesbench: not a program",
        ),
        (
            &[("compare-to", "docs")],
            "compare-to: docs: no run folder in it",
        ),
        (
            &[("compare-to", "main")],
            "expected a folder of runs, or HOST:PORT",
        ),
        (
            &[("compare-to", "127.0.0.1:2526")],
            "target: \"\": expected HOST:PORT",
        ),
        (
            &[("compare-to", "127.0.0.1:25"), ("target", "127.0.0.1:25")],
            "is the target; expected another server",
        ),
        (
            &[("compare-to", "127.0.0.1:25"), ("target", "127.0.0.2:26")],
            "expected another port of 127.0.0.2, or port 26 of another host",
        ),
        // An empty word in quotes is a word.
        (&[("args", "--rate '' --quiet")], "rate \"\""),
        // Words of an input are never a command.
        (
            &[("args", "--rate '$(echo 5)/s'")],
            "invalid rate \"$(echo 5)/s\"",
        ),
    ] {
        let step = Step::with(inputs);
        step.ended(2, "error");
        assert!(step.log.contains(part), "{part}: {}", step.log);
        assert!(!step.outputs.contains_key("run-folder"));
    }
}

/// A program of that name in a folder of its own.
fn program(name: &str, script: &str) -> (TempDir, String) {
    let temporary = tempfile::tempdir().unwrap();
    let program = temporary.path().join(name);
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    (temporary, program.to_str().unwrap().to_owned())
}

/// A program that misses a threshold in its first run and crashes in the second one.
#[test]
fn a_crash_is_not_hidden_by_an_earlier_miss() {
    let script = "[ -e \"$0.ran\" ] && exit 101\n: >\"$0.ran\"\nexit 1";
    let (_folder, sesbench) = program("sesbench", script);
    let step = Step::with(&[("sesbench", &sesbench), ("compare-to", "tests/golden/run")]);
    step.ended(101, "error");
    assert_eq!(step.outputs["exit-code"], "101");
}

/// Only the signals of a cancelled job are an interruption.
#[test]
fn a_killed_program_is_an_error() {
    for (signal, code) in [("KILL", 137), ("SEGV", 139), ("TERM", 130)] {
        let (_folder, sesbench) = program("sesbench", &format!("kill -{signal} $$"));
        let step = Step::with(&[("sesbench", &sesbench)]);
        step.ended(code, "error");
        assert_eq!(step.outputs["exit-code"], code.to_string());
    }
}

/// Later steps read the outputs, whatever failed.
#[test]
fn a_failed_build_has_outputs() {
    let (folder, _) = program("cargo", "exit 101");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let step = Step::in_environment(&[("sesbench", "")], &[("PATH", &path)]);
    step.ended(101, "error");
    assert_eq!(step.outputs["exit-code"], "101");
    assert!(
        step.log.contains("before it had a result (exit code 101)"),
        "{}",
        step.log
    );
}

/// The value of a metric of a run, in microseconds.
fn p99_us(run: &Path, metric: &str) -> f64 {
    let mut summary = csv::Reader::from_path(run.join("summary.csv")).unwrap();
    let column = summary
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "p99_us");
    let row = summary
        .records()
        .map(Result::unwrap)
        .find(|row| &row[0] == metric);
    row.unwrap()[column.unwrap()].parse().unwrap()
}

/// A pair decides nothing. The figures are those of the server under test, without the
/// discarded first pair.
#[test]
fn two_servers_are_measured_in_turn() {
    let server = || Server::start(|_, peer| peer.serve(|_, _| Then::Reply)).address();
    let (base, new) = (server(), server());
    let step = Step::with(&[
        ("target", &new.to_string()),
        ("compare-to", &base.to_string()),
        ("rounds", "1"),
        (
            "args",
            "--tls none --rate 100/s --messages 20 --warm-up 0s --quiet",
        ),
    ]);
    step.ended(4, "inconclusive");
    assert_eq!(step.outputs["exit-code"], "4");
    let title = format!(
        "### flags: target.port\n\n**{} and {}",
        new.port(),
        base.port()
    );
    assert!(step.summary.starts_with(&title), "{}", step.summary);
    let folder = PathBuf::from(&step.outputs["run-folder"]);
    let runs = ["003", "004"].map(|run| folder.join(run));
    let is_of_new = |run: &&PathBuf| {
        let text = std::fs::read_to_string(run.join("run.json")).unwrap();
        let record: Value = serde_json::from_str(&text).unwrap();
        record["target"]["port"] == new.port()
    };
    let run = runs.iter().find(is_of_new).unwrap();
    let expected = p99_us(run, "response") / 1e3;
    let found = step.number("response-p99");
    assert!((found / expected - 1.0).abs() < 1e-4, "{found} {expected}");
    assert!(step.number("goodput") > 0.0);
}

/// Runs of two blocks are described; thresholds decide.
#[test]
fn runs_are_compared_with_stored_ones() {
    let args = "--model closed --messages 40 --quiet";
    let stored = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_sesbench"))
        .current_dir(repository())
        .args(["run", "scenarios/smoke.toml", "--out"])
        .arg(stored.path().join("one"))
        .args(args.split(' '))
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let step = Step::with(&[
        ("scenario", "scenarios/smoke.toml"),
        ("compare-to", stored.path().to_str().unwrap()),
        ("rounds", "2"),
        ("args", args),
    ]);
    step.ended(0, "pass");
    let folder = PathBuf::from(&step.outputs["run-folder"]);
    assert!(folder.join("002/run.json").is_file());
    assert!(step.summary.contains("service.p50"), "{}", step.summary);
    let described = "::warning title=sesbench::compared with stored runs";
    assert!(step.log.contains(described), "{}", step.log);
    assert!(step.number("goodput") > 0.0);
}

#[test]
fn without_files_of_a_job_the_outputs_are_in_the_log() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let status = Command::new(repository().join(".ci/action/run"))
        .env("GITHUB_ACTIONS", "true")
        .env_remove("GITHUB_OUTPUT")
        .env("INPUT_ROUNDS", "0")
        .stdout(log.reopen().unwrap())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
    let log = std::fs::read_to_string(log.path()).unwrap();
    let lines: Vec<_> = log.lines().collect();
    assert!(lines[0].starts_with("::error "), "{log}");
    assert_eq!(lines[1..], ["verdict=error", "exit-code=2"]);
}
