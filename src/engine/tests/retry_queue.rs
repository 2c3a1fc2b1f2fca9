//! Back-off and bounds against the mock over loopback.

use sesbench_mock::Settings;
use sesbench_mock::facts::Profile;

use super::rig::{Outcome as Run, run};
use super::unlimited;
use crate::vocabulary::{Outcome, Span, StopReason};

/// A hundred recipients a second, after a burst of twenty.
fn throttling() -> Settings {
    Settings {
        profile: Profile::Unlimited,
        rate: Some(100.0),
        burst: Some(20.0),
        ..Settings::default()
    }
}

const BACK_OFF: [&str; 5] = [
    "retry.policy=exponential",
    "retry.base=100ms",
    "retry.cap=400ms",
    "retry.attempts=50",
    "load.sessions=20",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    BACK_OFF.iter().chain(more).copied().collect()
}

fn assert_all_accepted_and_accounted_for(run: &Run, messages: u64) {
    let counts = run.measured.counts();
    assert_eq!(counts.messages.scheduled, messages);
    assert_eq!(counts.messages.started, messages);
    assert_eq!(counts.messages.ended.of(Outcome::Accepted), messages);
    assert_eq!(run.mock.accepted, messages);
    let throttled = counts.attempts.ended.of(Outcome::Throttled);
    assert!(throttled > 0, "nothing was throttled");
    assert_eq!(run.mock.throttled, throttled);
    assert_eq!(counts.attempts.retries, throttled);
    assert_eq!(counts.attempts.started, messages + throttled);
}

#[test]
fn throttled_messages_of_an_open_run_are_all_accepted_in_the_end() {
    let run = run(
        throttling(),
        &with(&["load.rate=200/s", "load.messages=200"]),
    );
    assert_all_accepted_and_accounted_for(&run, 200);
    let response = run.measured.histograms().of(Span::Response).unwrap();
    let wait = run.measured.histograms().of(Span::Wait).unwrap();
    assert_eq!((response.len(), wait.len()), (200, 200));
    assert!(
        response.max() > wait.max(),
        "back-off is response, not wait"
    );
}

#[test]
fn throttled_messages_of_a_closed_run_are_all_accepted_in_the_end() {
    let run = run(
        throttling(),
        &with(&["load.model=closed", "load.messages=200"]),
    );
    assert_all_accepted_and_accounted_for(&run, 200);
}

#[test]
fn a_message_in_back_off_after_the_drain_has_the_outcome_of_its_last_attempt() {
    let overrides = [
        "load.rate=200/s",
        "load.messages=100",
        "load.drain=500ms",
        "retry.policy=exponential",
        "retry.base=1h",
        "retry.cap=1h",
    ];
    let run = run(throttling(), &overrides);
    let ended = &run.measured.counts().messages.ended;
    assert_eq!(ended.sum(), 100);
    let accepted_or_throttled = ended.of(Outcome::Accepted) + ended.of(Outcome::Throttled);
    // Of waits of up to an hour, one in thousands ends within the run.
    assert_eq!(accepted_or_throttled, 100);
    assert_eq!(run.mock.accepted, ended.of(Outcome::Accepted));
    assert!(ended.of(Outcome::Throttled) > 0);
}

#[test]
fn a_limit_on_attempts_slows_down_a_faster_schedule() {
    let run = run(
        unlimited(),
        &[
            "load.rate=1000/s",
            "load.messages=100",
            "load.catch_up=100/s",
        ],
    );
    assert_eq!(run.mock.accepted, 100);
    let held = run.measured.counts().window.held;
    assert!(held > 50, "{held}");
    let wait = run.measured.histograms().of(Span::Wait).unwrap();
    // In terms of the schedule: 100 messages at 100/s take a second, less the
    // limiter's tolerance, though all were due within a tenth of a second.
    assert!(wait.max() > 500_000_000, "{}", wait.max());
    let slips = run.measured.histograms().of(Span::Slip);
    assert!(
        slips.is_none_or(|slips| slips.len() < 50),
        "held is not late"
    );
}

#[test]
fn a_spent_daily_quota_ends_the_run_unless_configured_otherwise() {
    let settings = || Settings {
        daily: Some(20),
        ..unlimited()
    };
    // The daily quota does not count the mailbox simulator's addresses.
    let load = [
        "load.rate=100/s",
        "load.messages=200",
        "message.to=['a@example.com']",
    ];
    let stopped = run(settings(), &load);
    assert_eq!(stopped.finished.stopped, Some(StopReason::QuotaSpent));
    let ended = &stopped.measured.counts().messages.ended;
    assert_eq!(ended.of(Outcome::Accepted), 20);
    assert!(ended.sum() < 200);
    let on = [&load[..], &["load.stop_on_quota=false"]].concat();
    let on = run(settings(), &on);
    assert_eq!(on.finished.stopped, None);
    assert_eq!(on.measured.counts().messages.ended.of(Outcome::Quota), 180);
}

#[test]
fn no_more_is_sent_than_the_ceiling_allows_retries_included() {
    // Twenty are accepted, and none after them: every retry is futile.
    let settings = || Settings {
        rate: Some(0.001),
        ..throttling()
    };
    let ceiling = "target.max_recipients=60";
    for load in ["load.model=closed", "load.rate=200/s"] {
        let run = run(settings(), &with(&[load, "load.messages=50", ceiling]));
        let counts = run.measured.counts();
        assert_eq!(counts.messages.ended.sum(), counts.messages.scheduled);
        assert_eq!(counts.messages.scheduled, 50, "{load}");
        assert_eq!((run.mock.accepted, run.mock.throttled), (20, 40), "{load}");
    }
}

#[test]
fn a_closed_run_of_unknown_length_ends_at_the_ceiling() {
    let ceiling = "target.max_recipients=30";
    let run = run(
        unlimited(),
        &["load.model=closed", "load.duration=1h", ceiling],
    );
    assert_eq!(run.finished.stopped, Some(StopReason::CeilingReached));
    assert_eq!(run.mock.accepted, 30);
    assert_eq!(run.measured.counts().messages.scheduled, 30);
}

#[test]
fn a_closed_run_goes_no_faster_than_the_ceiling() {
    let ceiling = "target.max_rate=100/s";
    let overrides = ["load.model=closed", "load.messages=60", ceiling];
    let run = run(unlimited(), &overrides);
    assert_eq!(run.mock.accepted, 60);
    // However fast the machine is: the last of 60 starts 0.57 s after the
    // first.
    assert!(run.finished.cpu_over.as_millis() > 500);
}

#[test]
fn a_warm_up_uses_no_attempts_reserved_for_measured_messages() {
    let overrides = [
        "load.model=closed",
        "load.messages=20",
        "load.warm_up=300ms",
        "target.max_recipients=25",
    ];
    let run = run(unlimited(), &overrides);
    let counts = run.measured.counts();
    assert_eq!(run.finished.stopped, None);
    assert_eq!(counts.window.ended.of(Outcome::Accepted), 20);
    assert_eq!(counts.messages.ended.of(Outcome::Accepted), 25);
}

#[test]
fn random_arrivals_beyond_the_ceiling_are_not_sent_and_all_others_are() {
    // With this seed, more arrivals than the average of 60.
    let load = [
        "load.arrivals=poisson",
        "load.rate=60/s",
        "load.duration=1s",
        "load.sessions=2",
        "seed=3",
    ];
    let unbounded = run(unlimited(), &load);
    let asked = unbounded.measured.counts().messages.scheduled;
    assert!(asked > 60, "{asked}: another seed is needed");
    let slow = Settings {
        latency: sesbench_mock::settings::Latency {
            dot: std::time::Duration::from_millis(50).into(),
            ..Default::default()
        },
        ..unlimited()
    };
    let bounded = run(slow, &[&load[..], &["target.max_recipients=60"]].concat());
    assert_eq!(bounded.finished.stopped, Some(StopReason::CeilingReached));
    assert_eq!(bounded.mock.accepted, 60);
    let ended = &bounded.measured.counts().messages.ended;
    assert_eq!((ended.of(Outcome::Accepted), ended.sum()), (60, 60));
}

#[test]
fn the_counts_of_a_closed_run_that_stops_itself_add_up() {
    for _ in 0..5 {
        let settings = Settings {
            daily: Some(50),
            ..unlimited()
        };
        let overrides = [
            "load.model=closed",
            "load.messages=5000",
            "load.sessions=20",
            "message.to=['a@example.com']",
        ];
        // The test rig checks that as many messages ended as were scheduled.
        let run = run(settings, &overrides);
        assert_eq!(run.finished.stopped, Some(StopReason::QuotaSpent));
        let ended = &run.measured.counts().messages.ended;
        assert_eq!(ended.of(Outcome::Accepted), 50);
        assert_eq!(ended.of(Outcome::Unsent), 0);
    }
}
