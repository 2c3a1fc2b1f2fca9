//! The planned sessions carry their rate on the mock, and four fifths of them do not.
//! Their number follows from the time that a transaction takes on the mock, which a busy
//! machine only makes longer.

use serde_json::Value;

use crate::support::{Done, Sesbench};

/// Replies to the dot take 200 ms, so that 100/s keep 20 sessions busy.
const RATE: u64 = 100;
const SECONDS: u64 = 4;
const PER_SECOND: u64 = 5;

/// A campaign at 100/s, without headroom, and times as on the mock. The threshold on the
/// wait leaves few sessions more than are busy on average, so that four fifths are fewer.
const PLAN: &str = "plan --campaign 6000@09:00..09:01 --headroom 0% --rate-quota 1000/s \
                    --transaction 200ms --setup 10ms --messages-per-session 1000000 \
                    --wait-p99 300ms --format json";

fn planned_sessions() -> u64 {
    let plan = Sesbench::new(PLAN).done().with(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(plan["sessions"]["messages_per_s"], 100.0);
    plan["sessions"]["sessions"].as_u64().unwrap()
}

fn run_over(sessions: u64) -> Done {
    Sesbench::run(&format!(
        "--rate {RATE}/s --duration {SECONDS}s --warm-up 0s --sessions {sessions} \
         --set mock.profile=unlimited --set mock.latency.dot=200ms \
         --threshold rate.achieved>=99%"
    ))
    .done()
}

/// Messages started, and those that wait, at the end of each second of the schedule.
fn started_and_waiting(done: &Done) -> Vec<(u64, u64)> {
    let rows = done.folder().rows("intervals.csv").into_iter();
    let measured = rows.filter(|row| row["window"] == "measure");
    let mut started = 0;
    measured
        .map(|row| {
            started += row["started"].parse::<u64>().unwrap();
            (started, row["backlog"].parse().unwrap())
        })
        .collect()
}

/// Whether the run reports that this machine did not keep up.
fn is_busy(done: &Done) -> bool {
    let health = done.folder().json()["health"].clone();
    let of_machine = ["machine_busy", "generator_busy", "late", "stalled"];
    let findings = health.as_array().unwrap().iter();
    findings
        .filter_map(|finding| finding["code"].as_str())
        .any(|code| of_machine.contains(&code))
}

#[test]
fn the_planned_sessions_hold_and_four_fifths_of_them_do_not() {
    let sessions = planned_sessions();
    assert!((21..=25).contains(&sessions), "{sessions}");
    let enough = run_over(sessions);
    if !is_busy(&enough) {
        assert_eq!(enough.code, Some(0), "{}", enough.stdout);
        let last = *started_and_waiting(&enough).last().unwrap();
        assert!(last.0 >= RATE * SECONDS - sessions, "{last:?}");
    }
    let few = sessions * 4 / 5;
    let run = run_over(few);
    assert!(matches!(run.code, Some(1 | 4)), "{}", run.stdout);
    let seconds = started_and_waiting(&run);
    for (second, (started, waiting)) in (1..).zip(&seconds).take(SECONDS as usize) {
        // Each starts its first message at once, and no session is faster than the mock.
        let most = few * (1 + PER_SECOND * second);
        assert!(*started <= most, "{second} s: {seconds:?}");
        // All of the schedule but those.
        let behind = (RATE * second).saturating_sub(most);
        assert!(*waiting >= behind, "{second} s: {seconds:?}");
    }
    let (_, last) = seconds[SECONDS as usize - 1];
    assert!(last >= 20, "{seconds:?}");
}
