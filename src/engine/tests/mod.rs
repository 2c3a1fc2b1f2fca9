//! The engine against the mock over loopback: real threads, sockets and TLS.
//! Counts and orderings only; no absolute times.

mod addresses;
mod farewell;
mod hostile;
mod lost;
mod outage;
mod retry_queue;
mod rig;
mod stalled;
mod window;

use rig::{preflight_only, run, run_stopped_early};
use sesbench_mock::Settings;
use sesbench_mock::facts::Profile;

use crate::vocabulary::{Outcome, Span};

fn unlimited() -> Settings {
    Settings {
        profile: Profile::Unlimited,
        ..Settings::default()
    }
}

#[test]
fn every_message_of_an_open_run_is_accepted_once() {
    let run = run(unlimited(), &["load.rate=200/s", "load.duration=2s"]);
    let counts = run.measured.counts();
    assert_eq!(counts.messages.scheduled, 400);
    assert_eq!(counts.messages.ended.of(Outcome::Accepted), 400);
    assert_eq!(run.mock.accepted, 400);
    assert!(!run.finished.cut);
    assert_eq!(
        run.measured.histograms().of(Span::Response).unwrap().len(),
        400
    );
}

#[test]
fn a_closed_run_sends_as_many_messages_as_asked() {
    let run = run(
        unlimited(),
        &[
            "load.model=closed",
            "load.messages=1000",
            "load.sessions=20",
        ],
    );
    assert_eq!(
        run.measured.counts().messages.ended.of(Outcome::Accepted),
        1_000
    );
    assert_eq!(run.mock.accepted, 1_000);
    assert!(run.measured.histograms().of(Span::Response).is_none());
}

#[test]
fn a_preflight_session_reports_the_capabilities() {
    let offers = preflight_only(unlimited(), &[]).unwrap();
    assert_eq!(offers.auth, ["PLAIN", "LOGIN"]);
}

#[test]
fn a_short_ramp_sends_what_its_rate_adds_up_to() {
    let run = run(
        unlimited(),
        &["load.stages=[{ to = '200/s', over = '1s' }, { hold = '500ms' }]"],
    );
    let counts = run.measured.counts();
    assert_eq!(counts.messages.scheduled, 200);
    assert_eq!(counts.messages.ended.of(Outcome::Accepted), 200);
    assert_eq!(run.mock.accepted, 200);
}

#[test]
fn random_arrivals_are_as_many_as_asked() {
    let run = run(
        unlimited(),
        &[
            "load.arrivals=poisson",
            "load.rate=300/s",
            "load.messages=300",
        ],
    );
    assert_eq!(run.measured.counts().messages.scheduled, 300);
    assert_eq!(run.mock.accepted, 300);
}

#[test]
fn a_run_stopped_before_its_clock_starts_sends_nothing() {
    let slowly = ["load.sessions=100", "load.session_rate=50/s"];
    for model in ["load.rate=200/s", "load.model=closed"] {
        let run = run_stopped_early(unlimited(), &[slowly[0], slowly[1], model]);
        assert!(run.finished.start.is_none(), "{model}");
        assert_eq!(run.measured.counts().messages.scheduled, 0, "{model}");
        assert_eq!(run.mock.accepted, 0, "{model}");
    }
}
