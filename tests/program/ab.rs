//! `sesbench ab`: series of short runs against the embedded mock.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::{Done, Sesbench, child_of, is_alive, scenario, wait_until};

/// A load that is over in a second.
const SHORT: &str = "--rate 50/s --duration 1s --warm-up 0s";

/// A series with its runs in [`Sesbench::out`].
fn series(words: &str) -> Sesbench {
    let program = Sesbench::new(&format!("ab {words}"));
    let out = program.out().to_str().unwrap().to_owned();
    program.arg("--out").arg(out)
}

/// The record of the series.
fn record(done: &Done) -> Value {
    let text = done.folder().text("ab.json");
    serde_json::from_str(&text).unwrap()
}

/// Without a threshold on a latency, which this machine could put in doubt.
const PLAIN: &str = "\
[target]
kind = \"mock\"

[load]
model = \"open\"
rate = \"50/s\"
warm_up = \"0s\"
duration = \"1s\"
sessions = 10
";

/// Every value is compared with the first one: an equal value is not told apart, a
/// slower one is.
#[test]
fn a_slower_value_is_found_and_an_equal_one_is_not() {
    // Longer than what a busy machine adds.
    let factor = "--factor mock.latency.dot=50ms,50ms,90ms";
    let program = series(&format!(
        "{factor} --pairs 7 --at-least 20% --format json --quiet"
    ));
    let plain = program.file("plain.toml", PLAIN);
    let done = program.args("--export junit=ab.xml").arg(plain).done();
    let json: Value = serde_json::from_str(&done.stdout).unwrap();
    let arms = json["series"][0]["arms"].as_array().unwrap();
    let decision = |arm: usize| arms[arm]["figures"][0]["decision"].as_str().unwrap();
    assert!(
        !["regressed", "improved"].contains(&decision(0)),
        "{json:#}"
    );
    // Other tests may take more of the machine beside one of them.
    let undecided = arms[1]["figures"][0]["undecided"]
        .as_str()
        .unwrap_or_default();
    if undecided.contains("other processes") {
        return;
    }
    assert_eq!((decision(1), done.code), ("regressed", Some(5)), "{json:#}");
    let junit = std::fs::read_to_string(done.directory().join("ab.xml")).unwrap();
    assert!(junit.contains("failures=\"1\""), "{junit}");
    let runs = record(&done)["runs"].as_array().unwrap().clone();
    assert_eq!(runs.len(), 24);
    let seeds = |number: usize| done.folder().text(&format!("{number:03}/run.json"));
    let seed = |number| serde_json::from_str::<Value>(&seeds(number)).unwrap()["seed"].clone();
    assert_eq!(seed(4), seed(6), "of one pair");
    assert_ne!(seed(3), seed(4), "of two");
}

/// What it had is whole, and the series goes on in the same order.
#[test]
fn an_interrupted_series_reports_and_goes_on() {
    let words = format!("{SHORT} --factor load.sessions=2,3 --pairs 1");
    let program = series(&words);
    let out = program.out();
    let mut child = program.command().spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("sesbench: pair 1, ") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended early");
    }
    wait_until("the third run has begun", || {
        out.join("003/run.json").exists()
    });
    let mock = child_of(child.id());
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    let done = program.ended(child.wait_with_output().unwrap()).with(130);
    mock.into_iter()
        .for_each(|mock| wait_until("the mock is gone", || !is_alive(mock)));
    assert!(
        done.stdout.contains("INTERRUPTED (at most 1)"),
        "{}",
        done.stdout
    );
    let before = record(&done);
    assert_eq!(before["status"], "interrupted");
    assert_eq!(before["runs"].as_array().unwrap().len(), 2);
    let resume = |words: &str| {
        let program = Sesbench::new(&format!("ab {words} --resume"));
        program.arg(out.to_str().unwrap()).done()
    };
    let other = resume(&words.replace("50/s", "60/s")).with(2);
    assert!(
        other.stderr.contains("not the same series: plan."),
        "{}",
        other.stderr
    );
    // One pair is too few for a decision.
    let resumed = resume(&words).with(4);
    assert!(
        resumed.stdout.contains("descriptive only"),
        "{}",
        resumed.stdout
    );
    assert!(out.join("003-interrupted-1/run.json").exists());
    let after = record(&done);
    assert_eq!(after["runs"].as_array().unwrap().len(), 4);
    let runs = |record: &Value| record["runs"].as_array().unwrap().clone();
    assert_eq!(runs(&after)[..2], runs(&before));
    let pairs: Vec<_> = after["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["pair"].clone())
        .collect();
    assert_eq!(pairs, [0, 0, 1, 1]);
}

/// The record cannot be replaced where a folder has its name, also by root.
#[test]
fn an_interruption_outranks_a_record_that_cannot_be_written() {
    let words = "--rate 20/s --duration 60s --warm-up 0s --factor load.sessions=2,3 --quiet";
    let program = series(words);
    let out = program.out();
    let child = program.command().spawn().unwrap();
    wait_until("the first run has begun", || {
        out.join("001/run.json").exists()
    });
    std::fs::remove_file(out.join("ab.json")).unwrap();
    std::fs::create_dir_all(out.join("ab.json/in-the-way")).unwrap();
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("ab.json: "), "{stderr}");
}

/// What stands in the folder decides what the series goes on with.
#[test]
fn a_series_whose_files_were_changed_is_not_continued() {
    let words = "--rate 20/s --messages 3 --warm-up 0s --factor load.sessions=2,3 --pairs 1";
    let program = series(words);
    let out = program.out();
    let done = program.args("--quiet").done().with(4);
    let resume = || {
        let program = Sesbench::new(&format!("ab {words} --resume"));
        program.arg(out.to_str().unwrap()).done()
    };
    let original = done.folder().text("ab.json");
    for (from, to, part) in [
        (
            "\"arm\": 1",
            "\"arm\": 99",
            "not in the order of the series",
        ),
        (
            "\"pair\": 1",
            "\"pair\": 7",
            "not in the order of the series",
        ),
        (
            "\"number\": 2",
            "\"number\": 4",
            "not in the order of the series",
        ),
    ] {
        std::fs::write(out.join("ab.json"), original.replace(from, to)).unwrap();
        let refused = resume().with(2);
        assert!(refused.stderr.contains(part), "{to}: {}", refused.stderr);
    }
    std::fs::write(out.join("ab.json"), &original).unwrap();
    // A run of the other value in place of this one.
    let (first, second, aside) = (out.join("001"), out.join("002"), out.join("aside"));
    for (from, to) in [(&first, &aside), (&second, &first), (&aside, &second)] {
        std::fs::rename(from, to).unwrap();
    }
    let refused = resume().with(2);
    assert!(
        refused.stderr.contains("not a run of this series"),
        "{}",
        refused.stderr
    );
}

/// Set-ups over a path differ by the round trips of the dialogue.
#[test]
fn alone_it_compares_the_tls_modes_and_finds_their_round_trips() {
    let words = "--pairs 1 --rate 20/s --duration 1s --warm-up 0s --format json --quiet";
    let done = series(words).done().with(4);
    let json: Value = serde_json::from_str(&done.stdout).unwrap();
    let series = json["series"].as_array().unwrap();
    let names: Vec<_> = series
        .iter()
        .map(|each| each["condition"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["rtt-40ms", "loopback"]);
    let cost = &series[0]["sessions"];
    assert_eq!(cost["round_trips"], serde_json::json!([7, 5]));
    let number = |value: &Value| value.as_f64().unwrap();
    let both = [0, 1].map(|at| number(&cost["set_up_us"][at]));
    let trips = (both[0] - both[1]) / number(&cost["round_trip_us"]);
    assert!((1.5..2.5).contains(&trips), "{trips}");
    assert!(number(&cost["negligible_from"]) > 10.0);
    for (figure, least) in [("bytes_sent", 4096.0), ("bytes_received", 500.0)] {
        let [starttls, wrapper] = [0, 1].map(|at| number(&cost[figure][at]));
        assert!(starttls > wrapper && wrapper > least, "{cost:#}");
    }
    assert!(done.folder().path().join("loopback/ab.json").exists());
}

/// A run that a threshold ends early is a result like any other, and mail that is lost
/// counts however fast the rest is.
#[test]
fn a_value_that_loses_mail_is_worse_and_does_not_end_the_series() {
    let flags = "--messages 60 --sessions 20 --pairs 7 --at-least 90% --quiet --format json";
    // Longer than what a busy machine adds.
    let load = "--rate 100/s --warm-up 0s --set mock.latency.dot=50ms";
    let program = series(&format!("{load} {flags}"));
    let refused = "{ at = 'dot', every = 2, reply = '554 refused' }";
    let program = program
        .arg("--factor")
        .arg(format!("mock.faults=[],[{refused}]"));
    let program = program.arg("--abort-on-fail").arg("outcome.accepted>=99%");
    let done = program.done().with(5);
    let json: Value = serde_json::from_str(&done.stdout).unwrap();
    let series = &json["series"][0];
    assert_eq!(series["pairs"]["run"], 7);
    let shares = series["arms"][0]["shares"].as_array().unwrap();
    let rejected = shares
        .iter()
        .find(|share| share["figure"] == "outcome.rejected");
    assert_eq!(rejected.unwrap()["decision"], "regressed", "{json:#}");
}

/// The server defers half of the attempts, so that retries take the room of later runs.
const DEFERRED: &str = "\
[target]
kind = \"mock\"
max_recipients = 24

[load]
model = \"open\"
rate = \"50/s\"
warm_up = \"0s\"
messages = 6
sessions = 2

[retry]
policy = \"exponential\"
base = \"10ms\"
cap = \"20ms\"
attempts = 9

[[mock.faults]]
at = \"dot\"
every = 2
reply = \"451 try again\"
";

/// The ceiling is that of the series: its runs fit, their retries do not.
#[test]
fn retries_of_all_runs_count_towards_one_ceiling() {
    let program = series("--factor load.catch_up=100/s,200/s --pairs 1 --format json --quiet");
    let deferred = program.file("deferred.toml", DEFERRED);
    let done = program.arg(deferred).done().with(4);
    let json: Value = serde_json::from_str(&done.stdout).unwrap();
    let reason = json["series"][0]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("target.max_recipients leaves no room"),
        "{reason}"
    );
    let recipients = record(&done)["recipients"].as_u64().unwrap();
    let runs = (1..=4).filter_map(|number| {
        let run = done.folder().path().join(format!("{number:03}/run.json"));
        let json: Value = serde_json::from_str(&std::fs::read_to_string(run).ok()?).unwrap();
        json["attempts"]["started"].as_u64()
    });
    let started: Vec<u64> = runs.collect();
    assert_eq!(started.iter().sum::<u64>(), recipients);
    assert!(
        (19..=24).contains(&recipients) && started.len() < 4,
        "{started:?}"
    );
}

/// A full device is no reason to lose the exports.
#[test]
#[cfg(target_os = "linux")]
fn a_report_that_cannot_be_printed_is_exported() {
    let program =
        series("--rate 50/s --messages 5 --warm-up 0s --factor load.sessions=1,2 --pairs 1");
    let program = program.args("--quiet --export markdown=ab.md");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = program.command();
    let output = command.stdout(full).output().unwrap();
    let done = program.ended(output).with(7);
    let markdown = std::fs::read_to_string(done.directory().join("ab.md")).unwrap();
    assert!(
        markdown.starts_with("### smoke: load.sessions"),
        "{markdown}"
    );
}

#[test]
fn what_cannot_be_compared_is_refused_before_anything_runs() {
    let steady = scenario("steady");
    for (words, part) in [
        (
            "--factor load.sesions=1,2",
            "load.sesions: unknown key; did you mean load.sessions?",
        ),
        (
            "--factor load.sessions=1,x",
            "--factor: load.sessions: found the text \"x\"",
        ),
        ("--factor load.sessions=1", "expected two or more"),
        ("--factor seed=1,2", "a seed of its own"),
        (steady.as_str(), "--factor: missing"),
        (
            "--factor load.sessions=1,2 --shard 1/2",
            "--shard: a series is of whole runs",
        ),
        (
            "--factor load.sessions=1,2 --metric response.p98",
            "unknown figure; did you mean ",
        ),
        (
            "--factor load.sessions=1,2 --metric tls.count",
            "neither better nor worse: expected another figure, such as tls.p50",
        ),
        (
            "--factor load.sessions=1,2 --metric outcome.lost",
            "shares of messages are always compared",
        ),
        ("--factor load.sessions=1,2 --at-least 0%", "more than 0%"),
        ("--factor load.sessions=1,2 --pairs 0", "--pairs"),
        ("--factor load.sessions=1,2 --pairs 1001", "from 1 to 1000"),
        (
            "--factor load.sessions=1,2 --max-recipients 2000",
            "target.max_recipients: the series exceeds this ceiling of 2000",
        ),
        (
            "--factor load.sessions=1,2 --resume absent",
            "--resume: absent/ab.json: No such file or directory (os error 2): expected the folder",
        ),
        (
            "--factor load.rate=10/s,20/s --rate 30/s",
            "--factor load.rate: --rate sets it too: expected one of the two",
        ),
        ("--tls wrapper", "--factor target.tls: --tls sets it too"),
        ("--set mock.rtt=9ms", "mock.rtt: --set sets it too"),
        (
            "--factor load.sessions=1,2 --metric session_setup.p50",
            "--metric session_setup.p50: sessions are opened ahead",
        ),
        (
            "--factor load.sessions=1,2 --model closed --metric response.p99",
            "--metric response.p99: the closed model has no schedule",
        ),
        // Each of the two series alone would fit.
        ("--max-recipients 12000", "its 84 runs take up to 12600"),
        (
            "--factor load.sessions=1,2 --resume a --out b",
            "cannot be used with",
        ),
    ] {
        let done = Sesbench::new(&format!("ab {words}")).done().with(2);
        assert!(done.stderr.contains(part), "{words}: {}", done.stderr);
        assert!(!done.directory().join("results").exists(), "{words}");
    }
}
