//! Which jobs of a history are compared, and which are left out.

use std::fs;

use serde_json::{Value, json};

use super::*;

/// A history of jobs, each with so many runs of the example.
struct Jobs {
    folder: tempfile::TempDir,
    ids: usize,
}

impl Jobs {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            ids: 0,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A run of that day, with a change of its record.
    fn run(&mut self, name: &str, day: u32, change: impl Fn(&mut Value)) -> PathBuf {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        for file in ["summary.csv", "outcomes.csv"] {
            fs::copy(golden.join(file), path.join(file)).unwrap();
        }
        let text = fs::read_to_string(golden.join("run.json")).unwrap();
        let mut record: Value = serde_json::from_str(&text).unwrap();
        record["run_id"] = json!(format!("run-{}", self.ids));
        record["start"] = json!(format!("2026-01-{day:02}T10:00:00Z"));
        record["verdict"]["thresholds"][2]["in_doubt"] = json!(false);
        self.ids += 1;
        change(&mut record);
        fs::write(path.join("run.json"), record.to_string()).unwrap();
        path
    }

    fn read(&self, new: &[PathBuf], factors: &[&str], machine: bool) -> Result<History, String> {
        let factors: Vec<String> = factors.iter().map(|each| (*each).to_owned()).collect();
        let conditions = Conditions {
            folder: &self.path("jobs"),
            new,
            factors: &factors,
            allow_different_machine: machine,
        };
        let (jobs, new) = folders(&conditions)?;
        History::read(&conditions, &jobs, &new)
    }
}

fn same(_: &mut Value) {}

/// Jobs, with the number of their runs that count.
type Counted = Vec<(String, usize)>;
/// Jobs that are left out, with the reason.
type Reasons = Vec<(String, String)>;

/// The jobs of a history, and those that are left out, by the ends of their paths.
fn shape(history: &History) -> (Counted, Reasons) {
    let compared = history.compared(&[Figure::from_name("response.p50").unwrap()]);
    let last = |path: &str| path.rsplit("jobs/").next().unwrap().to_owned();
    let jobs = compared
        .jobs
        .iter()
        .map(|job| (last(&job.folder), job.runs));
    let excluded = compared.excluded.iter();
    let excluded = excluded.map(|each| (last(&each.folder), each.reason.clone()));
    (jobs.collect(), excluded.collect())
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    all.iter().map(owned).collect()
}

#[test]
fn jobs_are_in_the_order_of_their_time_with_as_many_runs_as_the_new_one() {
    let mut jobs = Jobs::new();
    jobs.run("jobs/z/1", 2, same);
    jobs.run("jobs/y/series/001", 4, same);
    jobs.run("jobs/y/series/002", 5, same);
    jobs.run("jobs/y/series/003", 3, same);
    jobs.run("jobs/x", 1, same);
    let new = [jobs.run("new/1", 20, same), jobs.run("new/2", 21, same)];
    for new in [&new[..], &[jobs.path("new")]] {
        let history = jobs.read(new, &[], false).unwrap();
        let expected = [("x", 1), ("z", 1), ("y", 2)];
        let expected = expected.map(|(name, runs)| (name.to_owned(), runs));
        assert_eq!(shape(&history), (expected.to_vec(), Vec::new()));
        let compared = history.compared(&[]);
        assert_eq!(compared.undecided, None);
        // The first two of its time.
        let days: Vec<_> = compared.earlier[2]
            .runs()
            .map(|run| &run.record.start)
            .collect();
        assert_eq!(
            days,
            [
                &Some("2026-01-03T10:00:00Z".to_owned()),
                &Some("2026-01-04T10:00:00Z".to_owned()),
            ]
        );
    }
}

#[test]
fn what_cannot_be_compared_is_left_out_with_the_reason() {
    let mut jobs = Jobs::new();
    jobs.run("jobs/a/1", 1, same);
    jobs.run("jobs/cores", 2, |record| {
        record["environment"]["cores"] = json!(64)
    });
    jobs.run("jobs/copy", 1, |record| record["run_id"] = json!("run-0"));
    jobs.run("jobs/cut", 4, |record| {
        record["status"] = json!("interrupted")
    });
    jobs.run("jobs/later", 21, same);
    jobs.run("jobs/newer", 5, |record| {
        record["schema_version"] = json!(99)
    });
    jobs.run("jobs/plan", 6, |record| {
        record["plan"]["load"]["sessions"] = json!(9)
    });
    jobs.run("jobs/shard", 7, |record| {
        record["shard"] = json!({"index": 1, "of": 2})
    });
    jobs.run("jobs/today/2", 20, same);
    fs::create_dir(jobs.path("jobs/empty")).unwrap();
    let new = [jobs.run("jobs/today/1", 20, same)];
    let history = jobs.read(&new, &[], false).unwrap();
    let (compared, excluded) = shape(&history);
    assert_eq!(compared, [("a".to_owned(), 1)]);
    let of_version =
        "run.json: schema_version 99: written by a newer sesbench; this one reads up to 1";
    let copied = format!(
        "is a copy of {}: expected each run once",
        jobs.path("jobs/a/1").display()
    );
    let expected = pairs(&[
        ("copy", copied.as_str()),
        ("cores", "another machine: machine.cores: 64 -> 2"),
        ("cut", "the run was interrupted: expected a finished run"),
        ("empty", "no run folder in it"),
        ("later", "not earlier than the new job"),
        ("newer", of_version),
        ("plan", "another plan: load.sessions: 9 -> 4"),
        ("shard", "shard 1 of 2: expected a run of the whole plan"),
        ("today", "the new job"),
    ]);
    assert_eq!(excluded, expected);
    let history = jobs.read(&new, &["load.sessions"], true).unwrap();
    let (compared, _) = shape(&history);
    let names: Vec<&str> = compared.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a", "cores", "plan"]);
}

#[test]
fn the_new_job_is_whole_and_of_one_kind() {
    let mut jobs = Jobs::new();
    jobs.run("jobs/a/1", 1, same);
    let new = jobs.run("new/1", 20, same);
    let plan = jobs.run("new/2", 20, |record| {
        record["plan"]["load"]["sessions"] = json!(9)
    });
    let machine = jobs.run("new/3", 20, |record| {
        record["environment"]["cores"] = json!(9)
    });
    let unstarted = jobs.run("new/4", 20, |record| record["start"] = Value::Null);
    let cut = jobs.run("new/5", 20, |record| record["status"] = json!("running"));
    for (other, part) in [
        (plan, "2: the plan differs from "),
        (machine, "3: the machine differs from "),
        (unstarted, "4: has no start time"),
        (cut, "5: the run is under way or was killed"),
        (new.join("."), "is given twice"),
        (jobs.path("absent"), "absent: No such file"),
    ] {
        let error = jobs.read(&[new.clone(), other], &[], false).unwrap_err();
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn runs_in_doubt_are_left_out_of_their_job() {
    let mut jobs = Jobs::new();
    let doubted = |record: &mut Value| record["verdict"]["thresholds"][2]["in_doubt"] = json!(true);
    for day in 1..6 {
        jobs.run(&format!("jobs/{day}/1"), day, same);
        jobs.run(&format!("jobs/{day}/2"), day, same);
    }
    jobs.run("jobs/1/1", 1, doubted);
    let new = [jobs.run("new/1", 20, same), jobs.run("new/2", 20, same)];
    let history = jobs.read(&new, &[], false).unwrap();
    let (compared, excluded) = shape(&history);
    assert_eq!(compared[0], ("1".to_owned(), 1));
    assert_eq!(
        excluded,
        pairs(&[("1/1", "response.p50 is in doubt: machine_busy")])
    );
    // One of two new runs is too many.
    let new = [new[0].clone(), jobs.run("new/2", 20, doubted)];
    let history = jobs.read(&new, &[], false).unwrap();
    let compared = history.compared(&[Figure::from_name("response.p50").unwrap()]);
    let (excluded, of) = (2, 12);
    // The earlier jobs are compared by one run each.
    assert!(compared.jobs.iter().all(|job| job.runs == 1));
    let expected = Undecided::TooManyInconclusive { excluded, of };
    assert_eq!(compared.undecided, Some(expected));
}
