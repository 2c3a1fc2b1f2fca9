//! Runs against servers that misbehave: every message gets an outcome, and the
//! run ends.

use super::rig::run_against;

use crate::measure::{Measurements, OutcomeScope};
use crate::net::tests::server::{Guest, Server};
use crate::vocabulary::{Outcome, Phase, StopReason};

const TWENTY: [&str; 4] = [
    "load.rate=100/s",
    "load.messages=20",
    "load.sessions=4",
    "load.connect=on_demand",
];

/// Runs 20 messages, each with its own session; all must have the expected
/// outcome.
fn all_end(expected: Outcome, phase: Phase, overrides: &[&str], act: fn(Guest)) -> Measurements {
    let server = Server::for_all(act);
    let overrides = [&TWENTY, overrides].concat();
    let (measured, finished) = run_against(server.address, &overrides);
    let messages = &measured.counts().messages;
    assert_eq!(messages.scheduled, 20);
    assert_eq!(messages.ended.of(expected), 20, "{:?}", messages.ended);
    assert!(!finished.cut);
    for row in measured.outcomes().rows() {
        assert_eq!(row.cause.phase, Some(phase), "{row:?}");
        assert!(!row.cause.text.is_empty(), "{row:?}");
    }
    measured
}

#[test]
fn garbage_in_place_of_a_banner() {
    all_end(Outcome::Lost, Phase::Banner, &[], |mut guest| {
        guest.say("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
}

#[test]
fn a_reset_in_place_of_an_answer() {
    all_end(Outcome::Lost, Phase::Ehlo, &[], |mut guest| {
        guest.behave(1);
        guest.reset();
    });
}

#[test]
fn no_banner_at_all() {
    let short = ["timeouts.banner=100ms"];
    all_end(Outcome::Timeout, Phase::Banner, &short, |guest| {
        guest.hear_out();
    });
}

#[test]
fn a_421_in_place_of_a_banner() {
    all_end(Outcome::Deferred, Phase::Banner, &[], |mut guest| {
        guest.say("421 Too many concurrent SMTP connections\r\n");
    });
}

#[test]
fn no_answer_to_the_dot() {
    let short = ["timeouts.accept=100ms"];
    all_end(Outcome::Unknown, Phase::Accept, &short, |mut guest| {
        guest.behave(5);
        guest.hear_out();
    });
}

#[test]
fn hanging_up_after_the_dot() {
    all_end(Outcome::Unknown, Phase::Accept, &[], |mut guest| {
        guest.behave(5)
    });
}

#[test]
fn a_run_without_a_single_session_does_not_begin() {
    let server = Server::for_all(|mut guest| {
        guest.say("554 No service\r\n");
    });
    let ahead = ["load.rate=100/s", "load.messages=20", "load.sessions=4"];
    let (measured, finished) = run_against(server.address, &ahead);
    assert_eq!(finished.stopped, Some(StopReason::NoSession));
    assert_eq!(finished.start, None);
    assert_eq!(measured.counts().messages.scheduled, 0);
    let sessions = measured.outcomes().rows();
    let tried: u64 = sessions
        .filter(|row| row.scope == OutcomeScope::Session)
        .map(|row| row.count)
        .sum();
    assert!(tried >= 4, "{tried}");
}

/// After the drain, messages in progress are aborted, and waiting ones are
/// unsent.
#[test]
fn a_server_that_never_answers_is_cut_off_after_the_drain() {
    let server = Server::for_all(|mut guest| {
        guest.behave(2);
        guest.hear_out();
    });
    let overrides = [&TWENTY[..], &["load.drain=200ms"]].concat();
    let (measured, finished) = run_against(server.address, &overrides);
    assert!(finished.cut);
    let ended = &measured.counts().messages.ended;
    assert_eq!(ended.of(Outcome::Lost), 4);
    assert_eq!(ended.of(Outcome::Unsent), 16);
}

/// One message that is never answered would make any machine look idle.
#[test]
fn cpu_time_is_measured_over_the_schedule_without_the_drain() {
    let server = Server::for_all(|mut guest| {
        guest.behave(2);
        guest.hear_out();
    });
    let overrides = [&TWENTY[..], &["load.drain=3s"]].concat();
    let (measured, finished) = run_against(server.address, &overrides);
    assert!(finished.cut && finished.cpu.is_some());
    assert!(finished.cpu_over * 2 < measured.duration());
}
