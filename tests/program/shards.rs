//! Shards of a plan in separate processes, and their common start.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::{Done, Sesbench};

const LOAD: &str = "[load]\nrate = \"50/s\"\nmessages = 101\nwarm_up = \"0s\"\nsessions = 5\n\
                    [mock]\nprofile = \"unlimited\"\n";

fn from_now(seconds: f64) -> String {
    let now = SystemTime::now() + Duration::from_secs_f64(seconds);
    format!(
        "@{:.3}",
        now.duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
    )
}

/// Indices of the messages in a trace.
fn indices(done: &Done) -> Vec<u64> {
    let events = done.trace("trace");
    let scheduled = events.iter().filter(|each| each["event"] == "scheduled");
    scheduled
        .map(|each| each["message"].as_u64().unwrap())
        .collect()
}

#[test]
fn shards_start_together_and_cover_the_whole_plan() {
    let start = from_now(12.0);
    let shards: Vec<_> = [1, 2]
        .map(|index| {
            let start = start.clone();
            std::thread::spawn(move || {
                let words = format!("--shard {index}/2 --start-at {start} --trace trace");
                Sesbench::run_text(LOAD, &words).done().passed()
            })
        })
        .into_iter()
        .map(|shard| shard.join().unwrap())
        .collect();
    let mut all = Vec::new();
    for shard in &shards {
        shard.folder().adds_up();
        all.extend(indices(shard));
    }
    all.sort_unstable();
    assert_eq!(all, (0..101).collect::<Vec<_>>());
    let [first, second] = [0, 1].map(|at: usize| shards[at].folder().json());
    assert_eq!(first["plan_hash"], second["plan_hash"]);
    let started = |json: &serde_json::Value| {
        let start = humantime::parse_rfc3339(json["start"].as_str().unwrap()).unwrap();
        start.duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
    };
    // Each process read its own clock for it, at slightly different moments.
    let asked: f64 = start[1..].parse().unwrap();
    assert!((started(&first) - started(&second)).abs() < 0.5);
    assert!((started(&first) - asked).abs() < 0.5);
}

#[test]
fn closed_shards_number_their_messages_differently() {
    let load = "[load]\nmodel = \"closed\"\nmessages = 21\nwarm_up = \"0s\"\nsessions = 4\n\
                [mock]\nprofile = \"unlimited\"\n";
    let mut all = Vec::new();
    for shard in ["1/2", "2/2"] {
        let words = format!("--shard {shard} --trace trace");
        all.extend(indices(&Sesbench::run_text(load, &words).done().passed()));
    }
    all.sort_unstable();
    assert_eq!(all, (0..21).collect::<Vec<_>>());
}

#[test]
fn a_start_that_is_past_is_missed_before_anything_is_done() {
    let done = Sesbench::run_text(LOAD, "--start-at @1700000000")
        .done()
        .with(6);
    assert!(done.stderr.contains("is past"), "{}", done.stderr);
    assert!(!done.folder().path().exists());
}

#[test]
fn a_shard_that_is_not_ready_in_time_sends_nothing() {
    // Opened at one a second, forty sessions are not open at the start.
    let words = format!(
        "--start-at {} --set load.session_rate=1/s --sessions 40",
        from_now(8.0)
    );
    let done = Sesbench::run_text(LOAD, &words).done().with(6);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/scheduled"), 0);
    assert_eq!(folder.json()["status"], "aborted");
    assert!(done.stdout.contains("--start-at"), "{}", done.stdout);
}

#[test]
fn the_environment_of_an_array_job_sets_the_shard() {
    let check = |program: Sesbench| program.done();
    let told = Sesbench::new("check --shard auto")
        .env("AWS_BATCH_JOB_ARRAY_INDEX", "1")
        .env("AWS_BATCH_JOB_ARRAY_SIZE", "4");
    let told = check(told).with(0);
    assert!(told.stdout.contains("2/4"), "{}", told.stdout);
    let untold = check(Sesbench::new("check --shard auto")).with(2);
    assert!(
        untold.stderr.contains("SLURM_ARRAY_TASK_ID"),
        "{}",
        untold.stderr
    );
    let many = Sesbench::new("check --shard auto").env("JOB_COMPLETION_INDEX", "1");
    let many = check(many).with(2);
    assert!(many.stderr.contains("auto/8"), "{}", many.stderr);
}
