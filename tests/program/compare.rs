//! `sesbench compare`, on run folders made from the example's: exit codes and their
//! precedence, and what is refused.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Done, Sesbench, repository};

/// A run of the example with other figures.
struct Run {
    name: String,
    record: Value,
    p50_us: f64,
}

impl Run {
    fn write(&self, program: &Sesbench) -> PathBuf {
        let example = repository().join("results/example");
        let folder = program.out().join(&self.name);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(example.join("outcomes.csv"), folder.join("outcomes.csv")).unwrap();
        fs::write(folder.join("run.json"), self.record.to_string()).unwrap();
        let summary = fs::read_to_string(example.join("summary.csv")).unwrap();
        let line = |line: &str| match line.starts_with("response,") {
            true => {
                let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
                (cells[1], cells[5]) = ("1000".to_owned(), self.p50_us.to_string());
                format!("{}\n", cells.join(","))
            }
            false => format!("{line}\n"),
        };
        let summary: String = summary.lines().map(line).collect();
        fs::write(folder.join("summary.csv"), summary).unwrap();
        folder
    }
}

/// `runs` of each group, the new ones slower by the factor.
fn runs(runs: usize, factor: f64) -> [Vec<Run>; 2] {
    let text = fs::read_to_string(repository().join("results/example/run.json")).unwrap();
    let record: Value = serde_json::from_str(&text).unwrap();
    let group = |name: &str, offset: usize, factor: f64| -> Vec<Run> {
        let run = |at: usize| {
            let mut record = record.clone();
            let minute = 2 * at + offset;
            record["start"] = json!(format!("2026-01-01T10:{minute:02}:00.000Z"));
            record["run_id"] = json!(format!("{name}{at}"));
            record["verdict"]["decision"] = json!("pass");
            Run {
                name: format!("{name}{at}"),
                record,
                p50_us: 5_000.0 * factor * (1.0 + (at * 3 % 5) as f64 / 1e3),
            }
        };
        (0..runs).map(run).collect()
    };
    [group("a", 0, 1.0), group("b", 1, factor)]
}

fn compare(groups: &[Vec<Run>; 2], words: &str) -> Done {
    let mut program = Sesbench::new("compare");
    for run in &groups[0] {
        let folder = run.write(&program);
        program = program.arg(folder.to_str().unwrap());
    }
    program = program.arg("--with");
    for run in &groups[1] {
        let folder = run.write(&program);
        program = program.arg(folder.to_str().unwrap());
    }
    for word in words.split_whitespace() {
        program = program.arg(word);
    }
    program.done()
}

fn refused(groups: &[Vec<Run>; 2], words: &str, parts: &[&str]) {
    let done = compare(groups, words).with(2);
    assert_eq!(done.stdout, "");
    for part in parts {
        assert!(done.stderr.contains(part), "{part}: {}", done.stderr);
    }
    assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
}

#[test]
fn the_exit_code_is_the_decision() {
    for (factor, code, first) in [
        (1.05, 5, "regressed: response.p50"),
        (0.95, 0, "improved: response.p50"),
        (1.0, 0, "unchanged"),
        (1.019, 4, "unclear"),
    ] {
        let done = compare(&runs(5, factor), "").with(code);
        assert!(done.stdout.starts_with(first), "{}", done.stdout);
        for line in done.stdout.lines() {
            // Paths cannot be broken.
            assert!(line.chars().count() <= 80 || line.contains('/'), "{line}");
        }
    }
}

/// Mail that is lost is a regression, also where the latency is unclear.
#[test]
fn lost_mail_is_a_regression_that_nothing_hides() {
    let mut groups = runs(5, 1.019);
    for run in &mut groups[1] {
        let accepted = run.record["window"]["accepted"].as_u64().unwrap();
        run.record["window"]["accepted"] = json!(accepted - 10);
        run.record["window"]["lost"] = json!(10);
    }
    let done = compare(&groups, "").with(5);
    assert!(
        done.stdout.contains("outcome.lost: regressed"),
        "{}",
        done.stdout
    );
    assert!(
        done.stdout.contains("response.p50: unclear"),
        "{}",
        done.stdout
    );
}

#[test]
fn too_few_runs_and_runs_in_blocks_are_described() {
    let done = compare(&runs(3, 2.0), "").with(4);
    let first = "not decided: descriptive only: a decision takes at least 5 runs a side";
    assert!(done.stdout.starts_with(first), "{}", done.stdout);
    let mut groups = runs(5, 2.0);
    for run in &mut groups[1] {
        let start = run.record["start"].as_str().unwrap().replace("T10", "T11");
        run.record["start"] = json!(start);
    }
    let done = compare(&groups, "").with(4);
    assert!(done.stdout.contains("BBBBBNNNNN"), "{}", done.stdout);
    assert!(done.stdout.contains("sesbench ab"), "{}", done.stdout);
}

#[test]
fn a_run_in_doubt_is_left_out_and_too_many_decide_nothing() {
    let mut groups = runs(6, 1.05);
    let in_doubt = |run: &mut Run, figure: &str| {
        run.record["verdict"]["decision"] = json!("inconclusive");
        let check = &mut run.record["verdict"]["thresholds"][0];
        check["threshold"] = json!(format!("{figure} < 5ms"));
        check["in_doubt"] = json!(true);
    };
    in_doubt(&mut groups[0][1], "response.p99.9");
    in_doubt(&mut groups[0][2], "response.p50");
    let done = compare(&groups, "").with(5);
    assert!(
        done.stdout.contains("6 runs against 5 runs, 1 left out"),
        "{}",
        done.stdout
    );
    for run in &mut groups[1][..3] {
        in_doubt(run, "response.p50");
    }
    let done = compare(&groups, "").with(4);
    assert!(
        done.stdout.contains("4 of 12 runs are inconclusive"),
        "{}",
        done.stdout
    );
}

#[test]
fn runs_that_cannot_be_compared_are_refused_with_the_difference() {
    let mut groups = runs(5, 1.0);
    for run in &mut groups[1] {
        run.record["plan"]["load"]["sessions"] = json!(777);
    }
    refused(
        &groups,
        "",
        &[
            "load.sessions: ",
            " -> 777: expected the same, or --factor load.sessions",
        ],
    );
    let done = compare(&groups, "--factor load.sessions").with(0);
    assert!(done.stdout.contains("load.sessions: "), "{}", done.stdout);
    refused(
        &groups,
        "--factor load.sessions --factor target.tls",
        &["--factor target.tls: the same"],
    );

    let mut groups = runs(5, 1.0);
    groups[1][0].record["environment"]["cores"] = json!(999);
    refused(
        &groups,
        "",
        &["machine.cores: ", "--allow-different machine"],
    );
    compare(&groups, "--allow-different machine").with(0);
    for (key, value, part) in [
        ("status", json!("interrupted"), "the run was interrupted"),
        (
            "status",
            json!("running"),
            "the run is under way or was killed",
        ),
        ("shard", json!({"index": 1, "of": 2}), "shard 1 of 2"),
        ("schema_version", json!(99), "written by a newer sesbench"),
    ] {
        let mut groups = runs(5, 1.0);
        groups[1][3].record[key] = value;
        refused(&groups, "", &["b3", part]);
    }
}

/// Compares a new job with `earlier` jobs of a run each.
fn with_history(earlier: usize, factor: f64, words: &str) -> Done {
    let [jobs, mut new] = runs(earlier + 1, factor);
    let program = Sesbench::new("compare --history");
    let inside = |mut run: Run, name: String| {
        run.name = name;
        run.write(&program)
    };
    for (at, run) in jobs.into_iter().take(earlier).enumerate() {
        inside(run, format!("jobs/{at:02}/1"));
    }
    let new = inside(new.remove(earlier), "today/1".to_owned());
    let jobs = program.out().join("jobs");
    fs::create_dir_all(&jobs).unwrap();
    let program = program.arg(jobs.to_str().unwrap());
    let program = program.arg("--with").arg(new.to_str().unwrap());
    program.args(words).done()
}

#[test]
fn a_job_is_decided_by_its_place_in_a_history() {
    for (earlier, factor, code, first) in [
        (19, 1.08, 5, "regressed: response.p50\n"),
        (19, 1.002, 0, "unchanged"),
        (
            18,
            1.08,
            4,
            "not decided: descriptive only: a decision takes at least 19",
        ),
        (
            0,
            1.08,
            4,
            "not decided: descriptive only: a decision takes at least 19",
        ),
    ] {
        let done = with_history(earlier, factor, "").with(code);
        assert!(done.stdout.starts_with(first), "{}", done.stdout);
    }
    let words = "--format json --export csv=c --export junit=j --export markdown=m";
    let done = with_history(19, 1.08, words).with(5);
    let result: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(result["figures"][0]["place"]["of"], 20);
    for name in ["c", "j", "m"] {
        assert!(done.directory().join(name).exists(), "{name}");
    }
    let done = with_history(19, 1.08, "--at-least 8.1%").with(4);
    assert!(
        done.stdout.starts_with("unclear: these jobs"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_history_is_a_folder_of_jobs_and_stands_in_place_of_the_base() {
    let done = Sesbench::new("compare --history absent --with x")
        .done()
        .with(2);
    let expected = "sesbench: --history: absent: No such file";
    assert!(done.stderr.starts_with(expected), "{}", done.stderr);
    let done = Sesbench::new("compare base --history jobs --with x")
        .done()
        .with(2);
    assert!(
        done.stderr.contains("cannot be used with"),
        "{}",
        done.stderr
    );
    let done = Sesbench::new("compare --with x").done().with(2);
    assert!(done.stderr.contains("BASE"), "{}", done.stderr);
}

/// Whatever a name has in it, an error is one line and moves no cursor.
#[test]
fn names_of_files_are_escaped_in_errors() {
    let program = Sesbench::new("compare")
        .arg("a\u{1b}[2Jb\n|c")
        .arg("--with")
        .arg("x");
    let done = program.done().with(2);
    assert!(
        done.stderr.contains("a\\u{1b}[2Jb\\n|c: No such file"),
        "{}",
        done.stderr
    );
    assert_eq!(done.stderr.lines().count(), 1);
}

#[test]
fn a_missing_folder_one_given_twice_and_a_copy_are_refused() {
    let program = Sesbench::new("compare absent --with absent2");
    let done = program.done().with(2);
    assert!(
        done.stderr.contains("absent: No such file"),
        "{}",
        done.stderr
    );
    let groups = runs(1, 1.0);
    let program = Sesbench::new("compare");
    let folder = groups[0][0].write(&program).to_str().unwrap().to_owned();
    let done = program
        .arg(&folder)
        .arg("--with")
        .arg(format!("{folder}/."))
        .done();
    assert!(done.with(2).stderr.contains("is given twice"));
    let mut groups = runs(1, 1.0);
    for key in ["run_id", "start"] {
        groups[1][0].record[key] = groups[0][0].record[key].clone();
    }
    refused(
        &groups,
        "",
        &["b0: is a copy of ", "a0: expected each run once"],
    );
}

#[test]
fn every_export_is_written_and_one_that_cannot_be_is_exit_7() {
    let words = "--format json --export text=t --export markdown=m --export csv=c --export junit=j";
    let done = compare(&runs(5, 1.05), words).with(5);
    let result: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(
        (&result["conclusion"], &result["exit_code"]),
        (&json!("regressed"), &json!(5))
    );
    for (name, start) in [
        ("t", "regressed"),
        ("m", "### "),
        ("c", "figure,"),
        ("j", "<?xml"),
    ] {
        let text = fs::read_to_string(done.directory().join(name)).unwrap();
        assert!(text.starts_with(start), "{text}");
    }
    compare(&runs(5, 1.05), "--export csv=absent/c").with(7);
}
