//! `sesbench search`: what it answers, what it leaves, and how it goes on.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Output;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::{Done, RunFolder, Sesbench, wait_until};

/// Short steps against a mock whose account has no limit, up to 40/s.
const SHORT: &str = "--rate 20/s --max-rate 40/s --warm-up 0s --step-duration 1s --cool-down 50ms \
                     --set mock.profile=unlimited";

/// A search, with its folder in `out`.
fn search(words: &str) -> Sesbench {
    let program = Sesbench::new(&format!("search {words}"));
    let out = program.out().to_str().unwrap().to_owned();
    program.arg("--out").arg(out)
}

fn folder(done: &Done) -> PathBuf {
    done.directory().join("out")
}

fn record(done: &Done) -> Value {
    let text = fs::read_to_string(folder(done).join("search.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn steps(record: &Value) -> Vec<Value> {
    record["steps"].as_array().unwrap().clone()
}

/// Whether this machine is too busy to decide: a step was starved.
fn is_starved(record: &Value) -> bool {
    let outcomes = steps(record);
    outcomes.iter().any(|step| step["outcome"] == "generator")
}

/// Every step is a whole run folder.
fn has_whole_steps(done: &Done) {
    for step in steps(&record(done)) {
        let path = folder(done).join(step["folder"].as_str().unwrap());
        let run = RunFolder::at(path);
        run.adds_up();
        assert_eq!(run.json()["status"], "finished");
    }
}

/// Whether a step reports that this machine stalled it, or sent late: a small burst is
/// exceeded then.
fn was_stalled(done: &Done) -> bool {
    let steps = steps(&record(done)).into_iter();
    let mut health = steps.flat_map(|step| {
        let path = folder(done).join(step["folder"].as_str().unwrap());
        let findings = RunFolder::at(path).json()["health"].clone();
        findings.as_array().unwrap().clone()
    });
    health.any(|finding| finding["code"] == "stalled" || finding["code"] == "late")
}

#[test]
fn a_rate_quota_is_found_and_named() {
    let done = search(
        "--rate 150/s --max-rate 800/s --warm-up 0s --step-duration 1s --cool-down 50ms \
         --threshold outcome.accepted>=99% --set mock.rate=200 --set mock.burst=10",
    )
    .done();
    let record = record(&done);
    has_whole_steps(&done);
    let held = record["answer"]["held"]["load"].as_f64();
    assert!(held.is_none_or(|held| held <= 210.0), "{}", done.stdout);
    if is_starved(&record) || was_stalled(&done) {
        return;
    }
    let done = done.with(0);
    assert!(held.is_some_and(|held| held >= 190.0), "{}", done.stdout);
    assert_eq!(record["answer"]["limit"], "quota");
    let text = "(limit: rate quota of the account)";
    assert!(done.stdout.starts_with("FOUND: "), "{}", done.stdout);
    assert!(done.stdout.lines().next().unwrap().ends_with(text));
}

#[test]
fn a_ceiling_that_holds_is_the_answer_and_every_export_is_written() {
    let exports = ["text", "json", "csv", "markdown"];
    let words = exports.map(|format| format!("--export {format}=export.{format}"));
    let done = search(&format!("{SHORT} --format json {}", words.join(" "))).done();
    let printed: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(printed, record(&done));
    if !steps(&printed).iter().all(|step| step["outcome"] == "held") {
        return;
    }
    let done = done.with(0);
    assert_eq!(printed["answer"]["ending"], "ceiling_held");
    assert_eq!(printed["answer"]["held"]["load"], 40.0);
    assert_eq!(printed["status"], "finished");
    // 20/s, and 40/s twice.
    assert_eq!(steps(&printed).len(), 3, "{printed:#}");
    assert!(printed["recipients"].as_u64().unwrap() >= 90);
    let export = |format: &str| {
        fs::read_to_string(done.directory().join(format!("export.{format}"))).unwrap()
    };
    assert!(export("text").starts_with("CEILING HELD: 40/s hold, "));
    assert_eq!(export("json"), done.stdout);
    assert_eq!(export("csv").lines().count(), 4);
    assert!(export("markdown").starts_with("**CEILING HELD**: "));
}

/// Does something to a search when its second step begins.
fn disturbed(program: Sesbench, disturb: impl FnOnce(&Path, u32)) -> Done {
    let mut child = program.command().spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut shown = String::new();
    while !shown.contains("step 2: ") {
        assert!(stderr.read_line(&mut shown).unwrap() > 0, "{shown}");
    }
    disturb(&program.out(), child.id());
    stderr.read_to_string(&mut shown).unwrap();
    let (mut stdout, mut pipe) = (Vec::new(), child.stdout.take().unwrap());
    pipe.read_to_end(&mut stdout).unwrap();
    let status = child.wait().unwrap();
    let stderr = shown.into_bytes();
    program.ended(Output {
        status,
        stdout,
        stderr,
    })
}

fn interrupted(program: Sesbench) -> Done {
    disturbed(program, |_, process| {
        let process = Pid::from_raw(process.cast_signed());
        kill(process, Signal::SIGINT).unwrap();
    })
}

#[test]
fn a_record_that_cannot_be_written_ends_the_search_with_its_report() {
    let done = disturbed(search(SHORT), |folder, _| {
        let path = folder.join("search.json");
        fs::remove_file(&path).unwrap();
        fs::create_dir_all(path.join("in the way")).unwrap();
    });
    let done = done.with(7);
    assert!(done.stdout.starts_with("INCONCLUSIVE: "), "{}", done.stdout);
    let reports = done.stderr.matches("search.json: ").count();
    assert_eq!(reports, 1, "{}", done.stderr);
}

#[test]
fn an_interrupted_search_keeps_its_steps_and_goes_on_with_them() {
    // Long enough to be interrupted before its end.
    let long = &format!("{SHORT} --max-rate 200/s");
    let done = interrupted(search(long)).with(130);
    assert!(done.stdout.starts_with("INTERRUPTED: "), "{}", done.stdout);
    assert!(done.stdout.contains("--resume "), "{}", done.stdout);
    let before = record(&done);
    assert_eq!(before["status"], "interrupted");
    assert!(!steps(&before).is_empty());
    has_whole_steps(&done);

    let resume = |words: &str| {
        let path = folder(&done).to_str().unwrap().to_owned();
        Sesbench::new(&format!("search {words} --resume")).arg(path)
    };
    let other = resume(&format!("{long} --sessions 11")).done().with(2);
    let why = "plan.load.sessions was 10, is 11";
    assert!(other.stderr.contains(why), "{}", other.stderr);
    assert_eq!(record(&done), before);

    let resumed = resume(long).done();
    assert!(matches!(resumed.code, Some(0 | 4)), "{}", resumed.stderr);
    let after = record(&done);
    assert_eq!(steps(&after)[0], steps(&before)[0]);
    assert_eq!(
        (&after["resumed"], &after["status"]),
        (&1.into(), &"finished".into())
    );
    has_whole_steps(&done);
}

/// The folder of a killed step may lack its last seconds, so that all of it counts.
#[test]
fn a_killed_search_goes_on_and_counts_what_it_may_have_sent() {
    let long = &format!("{SHORT} --max-rate 200/s");
    let done = disturbed(search(long), |folder, process| {
        let step = folder.join("002/run.json");
        wait_until("the second step runs", || step.exists());
        kill(Pid::from_raw(process.cast_signed()), Signal::SIGKILL).unwrap();
    });
    assert_eq!(
        (done.code, record(&done)["status"].as_str()),
        (None, Some("running"))
    );
    let path = folder(&done).to_str().unwrap().to_owned();
    let resumed = Sesbench::new(&format!("search {long} --resume"))
        .arg(path)
        .done();
    assert!(matches!(resumed.code, Some(0 | 4)), "{}", resumed.stderr);
    let after = record(&done);
    let of_steps = steps(&after).into_iter();
    let counted: u64 = of_steps
        .map(|step| step["recipients"].as_u64().unwrap())
        .sum();
    assert!(
        after["recipients"].as_u64().unwrap() >= counted + 40,
        "{after:#}"
    );
}

#[test]
fn the_ceiling_of_recipients_holds_over_all_steps() {
    let done = search(&format!("{SHORT} --max-recipients 50"))
        .done()
        .with(4);
    let record = record(&done);
    assert!(record["recipients"].as_u64().unwrap() <= 50);
    let reason = record["answer"]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("target.max_recipients: 50 leaves"),
        "{reason}"
    );
    assert!(done.stderr.contains(reason), "{}", done.stderr);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_output_is_reported_and_the_files_are_written() {
    let program = search(&format!(
        "{SHORT} --max-recipients 5 --export csv=export.csv"
    ));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = program.command().stdout(full).output().unwrap();
    let done = program.ended(output).with(7);
    assert!(
        done.stderr.contains("sesbench: standard output: "),
        "{}",
        done.stderr
    );
    assert!(done.directory().join("export.csv").exists());
    assert_eq!(record(&done)["status"], "aborted");
}

#[test]
fn a_search_on_ses_states_the_recipients_of_all_steps_and_needs_a_yes() {
    let words = "--target ses:us-east-1 --from me@corp.internal --max-rate 14/s --rate 2/s";
    let with = |words: &str| {
        let program = Sesbench::new(&format!("search {words}"));
        let program = program.env("SESBENCH_USERNAME", "AKIAIOSFODNN7EXAMPLE");
        program.env("SESBENCH_PASSWORD", "secret").done().with(2)
    };
    let none = with(words);
    assert!(
        none.stderr.contains("target.max_recipients: missing"),
        "{}",
        none.stderr
    );
    let unasked = with(&format!("{words} --max-recipients 500"));
    assert!(
        unasked.stderr.contains("confirm with --yes"),
        "{}",
        unasked.stderr
    );
    assert!(!unasked.directory().join("results").exists());
}

#[test]
fn what_cannot_be_searched_is_refused_in_one_line() {
    for (words, why) in [
        ("", "target.max_rate: missing; a search needs a ceiling"),
        ("--max-rate 90/s --duration 5s", "--duration: "),
        (
            "--max-rate 90/s --min-rate 60/s",
            "--min-rate: above the rate",
        ),
        (
            "--max-rate 90/s --model closed",
            "load.model: a search needs the open model",
        ),
        ("--max-rate 90/s --shard 1/2", "--shard: "),
        (
            "--max-rate 90/s --resume absent",
            "--resume: absent/search.json: ",
        ),
        (
            "--target 127.0.0.1:9 --max-rate 90/s --export csv=a/b",
            "--export: a/b: ",
        ),
    ] {
        let done = Sesbench::new(&format!("search {words}")).done();
        let code = if words.contains("--export") { 7 } else { 2 };
        let done = done.with(code);
        assert!(done.stderr.contains(why), "{words}: {}", done.stderr);
        assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
        assert!(!done.directory().join("results").exists());
    }
    for words in ["--precision 90%", "--step-duration 10ms", "--over both"] {
        let done = Sesbench::new(&format!("search --max-rate 90/s {words}")).done();
        done.with(2);
    }
}

#[test]
fn a_target_that_does_not_answer_is_an_error_and_not_a_result() {
    let done = search("--target 127.0.0.1:1 --max-rate 100/s")
        .done()
        .with(3);
    assert_eq!(done.stdout, "");
    assert_eq!(
        done.stderr.matches("sesbench: ").count(),
        1,
        "{}",
        done.stderr
    );
    assert_eq!(record(&done)["status"], "aborted");
}
