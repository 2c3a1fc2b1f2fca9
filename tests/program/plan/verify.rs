//! `sesbench plan --verify`: a plan that holds is verified, one that cannot is not, and an
//! interrupted verification goes on.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::Output;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::{Done, RunFolder, Sesbench};

/// A campaign at 250/s, which keeps 25 sessions busy; the account has more than it needs,
/// and a 99th percentile has enough messages in 5 s. Nothing is closed or retried.
const PLAN: &str = "plan --campaign 15000@09:00..09:01 --headroom 0% --transaction 100ms \
                    --setup 10ms --messages-per-session 1000000 --wait-p99 400ms \
                    --size 1KiB --retry-attempts 1 --daily-quota 1000000";

fn verify(words: &str) -> Sesbench {
    let program = Sesbench::new(&format!("{PLAN} --verify {words}"));
    let out = program.out().to_str().unwrap().to_owned();
    program.arg("--out").arg(out)
}

fn folder(done: &Done) -> PathBuf {
    done.directory().join("out")
}

fn record(done: &Done) -> Value {
    let text = fs::read_to_string(folder(done).join("verify.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn runs(record: &Value) -> Vec<Value> {
    record["verification"]["runs"].as_array().unwrap().clone()
}

/// Whether this machine was too busy to decide: its own reports say so.
fn is_busy(done: &Done) -> bool {
    let runs = runs(&record(done));
    let of_machine = ["machine_busy", "generator_busy", "late", "stalled"];
    runs.iter().any(|run| {
        let path = folder(done).join(run["folder"].as_str().unwrap());
        let health = RunFolder::at(path).json()["health"].clone();
        let findings = health.as_array().unwrap().clone();
        run["outcome"] == "generator"
            || findings
                .iter()
                .filter_map(|finding| finding["code"].as_str())
                .any(|code| of_machine.contains(&code))
    })
}

fn assert_whole_runs(done: &Done) {
    for run in runs(&record(done)) {
        let path = folder(done).join(run["folder"].as_str().unwrap());
        RunFolder::at(path).adds_up();
    }
}

/// The figures of the day are exact on every machine.
fn assert_day_agrees(record: &Value) {
    let day = record["verification"]["day"].as_array().unwrap();
    assert!(day.len() > 5, "{record:#}");
    for check in day {
        assert_eq!(check["agrees"], true, "{check:#}");
    }
}

#[test]
fn a_plan_that_holds_is_verified_in_every_format() {
    let exports = "--export markdown=plan.md --export text=plan.txt --export json=plan.json";
    let done = verify(&format!("--rate-quota 400/s --verify-for 5s {exports}")).done();
    let record = record(&done);
    assert_eq!(record["status"], "finished");
    assert_day_agrees(&record);
    assert_whole_runs(&done);
    for line in done.stdout.lines().filter(|line| !line.contains("Files: ")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let read = |name: &str| fs::read_to_string(done.directory().join(name)).unwrap();
    assert_eq!(read("plan.txt"), done.stdout);
    let json: Value = serde_json::from_str(&read("plan.json")).unwrap();
    assert_eq!(json["verification"], record["verification"]);
    assert!(
        done.stderr.contains("verify: the peak: "),
        "{}",
        done.stderr
    );
    // Recipients at a reserved domain, not at the mailbox simulator.
    let run = RunFolder::at(folder(&done).join("001")).json();
    assert_eq!(run["plan"]["message"]["to"][0], "recipient1@example.com");
    assert_eq!(run["target"]["kind"], "mock");
    if is_busy(&done) {
        return;
    }
    assert!(read("plan.md").contains("\n**VERIFIED**: "));
    let done = done.with(0);
    assert!(done.stdout.starts_with("VERIFIED: "), "{}", done.stdout);
    assert_eq!(record["verification"]["answer"], "verified");
}

/// The account has a fifth of the rate, and the runs four fifths of the sessions.
#[test]
fn a_plan_that_cannot_hold_is_not_verified() {
    let planned = Sesbench::new(&format!("{PLAN} --format json"))
        .done()
        .with(0);
    let planned: Value = serde_json::from_str(&planned.stdout).unwrap();
    let sessions = planned["sessions"]["sessions"].as_u64().unwrap() * 4 / 5;
    let done = verify(&format!(
        "--rate-quota 50/s --verify-quota present --verify-sessions {sessions} --verify-for 5s \
         --format json"
    ))
    .done();
    let record = record(&done);
    // Of the account nothing is new: the plan knows what it refuses.
    assert_day_agrees(&record);
    let printed: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(printed["verification"], record["verification"]);
    let runs = runs(&record);
    assert_eq!((runs.len(), done.code != Some(0)), (2, true), "{record:#}");
    for run in &runs {
        assert_ne!(run["outcome"], "held", "{run:#}");
    }
    // No more than the quota of the time that it took, and a burst, was accepted.
    let peak = RunFolder::at(folder(&done).join("001"));
    let seconds = peak.json()["duration_s"].as_f64().unwrap();
    assert!(peak.count("/totals/accepted") as f64 <= 50.0 * (seconds + 1.0) + 1.0);
    if is_busy(&done) {
        return;
    }
    assert_eq!(done.with(1).code, Some(1));
    assert_eq!(record["verification"]["answer"], "does_not_hold");
    assert_eq!(
        (&runs[0]["outcome"], &runs[1]["outcome"]),
        (&"failed".into(), &"failed".into())
    );
}

/// Interrupts it when the second run begins.
fn interrupted(program: Sesbench) -> Done {
    let mut child = program.command().spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut shown = String::new();
    while !shown.contains("verify: the sessions: ") {
        assert!(stderr.read_line(&mut shown).unwrap() > 0, "{shown}");
    }
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
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

#[test]
fn an_interrupted_verification_keeps_its_runs_and_goes_on_with_them() {
    let words = "--rate-quota 400/s --verify-for 1s";
    let done = interrupted(verify(words)).with(130);
    assert!(done.stdout.starts_with("INTERRUPTED: "), "{}", done.stdout);
    assert!(done.stdout.contains("--resume "), "{}", done.stdout);
    let before = record(&done);
    assert_eq!(before["status"], "interrupted");
    assert_eq!(runs(&before).len(), 1);
    assert_whole_runs(&done);
    let second = RunFolder::at(folder(&done).join("002")).json();
    assert_eq!(second["status"], "interrupted");

    let resume = |words: &str| {
        let path = folder(&done).to_str().unwrap().to_owned();
        Sesbench::new(&format!("{PLAN} --verify {words} --resume")).arg(path)
    };
    let other = resume(&format!("{words} --verify-sessions 7"))
        .done()
        .with(2);
    assert!(other.stderr.contains("sessions was "), "{}", other.stderr);
    assert_eq!(record(&done), before);

    let resumed = resume(words).done();
    // In so short a time a quantile has too few messages.
    assert_eq!(resumed.with(4).code, Some(4));
    let after = record(&done);
    assert_eq!(runs(&after)[0], runs(&before)[0]);
    assert_eq!(runs(&after).len(), 2);
    assert_eq!(
        (&after["resumed"], &after["status"]),
        (&1.into(), &"finished".into())
    );
    assert_whole_runs(&done);
}

#[test]
fn what_cannot_be_verified_is_refused_before_anything_is_sent() {
    for (flags, code, why) in [
        ("--verify-for 5s", 2, "--verify"),
        (
            "--verify --verify-for 0s",
            2,
            "expected a time from 1s to 1h",
        ),
        (
            "--verify --verify-sessions -3",
            2,
            "expected a whole number from 1 to 100000",
        ),
        ("--verify --verify-quota none", 2, "invalid value 'none'"),
        (
            "--verify --resume absent",
            2,
            "--resume: absent/verify.json: ",
        ),
        (
            "--verify --size 100B",
            2,
            "--verify: message.size: 100 bytes is too small",
        ),
        (
            "--verify --export json=/absent/plan.json",
            7,
            "--export: /absent/plan.json: ",
        ),
    ] {
        let done = Sesbench::new(&format!("{PLAN} {flags}")).done().with(code);
        assert!(done.stderr.contains(why), "{flags}: {}", done.stderr);
        assert_eq!(done.stdout, "", "{flags}");
        assert!(!done.directory().join("results").exists(), "{flags}");
    }
}
