//! Back-off and the limit on attempts: exact, because time is injected.

use std::num::NonZeroU32;
use std::time::Duration;

use super::ms;
use crate::dispatch::{Connect, Retry};
use crate::simulated::{Scene, Script, Stall};
use crate::vocabulary::{Instant, Outcome};

const RETRY: Retry = Retry {
    base: ms(500),
    factor: 2.0,
    cap: ms(3_000),
    attempts: NonZeroU32::new(20).unwrap(),
};

/// 10 messages per second to an account with a sending rate of 5/s.
fn throttled(messages: u64) -> Scene {
    let mut scene = Scene {
        connect: Connect::Ahead,
        sessions: 40,
        messages,
        retry: Some(RETRY),
        ..Scene::default()
    };
    scene.mock.rate = Some(5.0);
    scene.mock.burst = Some(5.0);
    scene
}

#[test]
fn throttled_messages_get_through_after_backing_off_and_every_attempt_is_counted() {
    let played = throttled(60).play();
    let log = &played.log;
    assert_eq!(log.outcomes(), vec![Outcome::Accepted; 60]);
    assert_eq!(played.mock.accepted, 60);
    let throttled = log
        .attempts
        .iter()
        .filter(|each| each.1 == Outcome::Throttled);
    let throttled = throttled.count();
    assert!(throttled > 0);
    assert_eq!(played.mock.throttled, throttled as u64);
    assert_eq!(log.waits.len(), throttled, "each was followed by a wait");
    assert_eq!(log.attempts.len(), 60 + throttled);
    assert_eq!(log.scheduled, 60, "a retry is not scheduled again");
    let started = log.story.iter().filter(|line| line.starts_with("started "));
    assert_eq!(started.count(), 60, "nor started again");
    assert_eq!(played.connections, 40, "sessions are kept meanwhile");
}

#[test]
fn waits_keep_to_their_bounds_and_the_next_attempt_comes_when_they_are_over() {
    let log = throttled(60).play().log;
    for (next, wait) in &log.waits {
        let bound = RETRY.bound(next.attempt - 1).unwrap();
        assert!(*wait < bound, "{wait:?} of {bound:?}");
    }
    // A slot is always free, so that there is no wait: the attempt ends one
    // transaction after it starts.
    let transaction = ms(160);
    for (next, wait) in &log.waits {
        let ended = |attempt| {
            let each = log.attempts.iter();
            let mut same = each.filter(|(ticket, ..)| ticket.index == next.index);
            same.find(|(ticket, ..)| ticket.attempt == attempt)
                .unwrap()
                .2
        };
        let apart = ended(next.attempt).since(ended(next.attempt - 1));
        assert_eq!(apart, *wait + transaction);
    }
}

#[test]
fn a_slot_is_free_while_its_message_backs_off() {
    let message = [
        ("MAIL", "250 ok"),
        ("RCPT", "250 ok"),
        ("DATA", "354 go on"),
        (".", "250 ok"),
    ];
    let mut steps = vec![
        ("", "220 hello"),
        ("EHLO", "250 hello"),
        ("MAIL", "451 later"),
    ];
    steps.extend(message.iter().cycle().take(5 * message.len()));
    let script = Script::new(&steps);
    let retry = Retry {
        base: ms(60_000),
        cap: ms(60_000),
        ..RETRY
    };
    let log = Scene {
        messages: 5,
        retry: Some(retry),
        ..Scene::scripted(&script)
    }
    .play()
    .log;
    let order: Vec<_> = log.ended.iter().map(|ended| ended.index).collect();
    assert_eq!(
        order,
        [1, 2, 3, 4, 0],
        "one session carries the others meanwhile"
    );
}

#[test]
fn a_message_that_has_used_its_attempts_ends_as_the_last_one_did() {
    let mut scene = throttled(3);
    scene.mock.rate = Some(0.001);
    scene.mock.burst = Some(1.0);
    let log = scene.play().log;
    let (accepted, throttled) = (Outcome::Accepted, Outcome::Throttled);
    assert_eq!(log.outcomes(), [accepted, throttled, throttled]);
    assert_eq!(log.attempts.len(), 1 + 2 * 20);
}

#[test]
fn a_spent_day_is_not_tried_again() {
    let mut scene = throttled(5);
    scene.mock.rate = None;
    scene.mock.burst = None;
    scene.mock.daily = Some(3);
    let log = scene.play().log;
    assert_eq!(log.count(Outcome::Quota), 2);
    assert_eq!(log.attempts.len(), 5);
}

#[test]
fn retries_stop_where_the_ceiling_is_and_what_is_over_it_keeps_its_last_outcome() {
    let mut scene = throttled(60);
    scene.retries_left = Some(10);
    let log = scene.play().log;
    assert_eq!(log.attempts.len(), 60 + 10);
    let (accepted, throttled) = (log.count(Outcome::Accepted), log.count(Outcome::Throttled));
    assert_eq!(accepted + throttled, 60);
    assert!(throttled > 0);
}

#[test]
fn what_backs_off_when_the_run_is_cut_ends_as_its_last_attempt_did() {
    let mut scene = throttled(60);
    scene.cut_at = Scene::START + ms(4_000);
    let log = scene.play().log;
    assert_eq!(log.scheduled, log.ended.len() as u64);
    let cut = Instant::ORIGIN + Scene::START + ms(4_000);
    let given_up = log.ended.iter().filter(|ended| ended.at == cut);
    assert!(
        given_up
            .filter(|ended| ended.outcome == Outcome::Throttled)
            .count()
            > 0
    );
}

/// Start of each attempt, in order.
fn starts(log: &crate::simulated::log::Log) -> Vec<Instant> {
    let told = log.story.iter().zip(&log.moments);
    let began = told.filter(|(words, _)| words.starts_with("attempt "));
    began.map(|(_, at)| *at).collect()
}

/// The tolerance of the limiter, which is part of its specification.
const TOLERANCE: Duration = ms(20);

fn assert_paced(starts: &[Instant], gap: Duration) {
    for (first, from) in starts.iter().enumerate() {
        for (last, to) in starts.iter().enumerate().skip(first) {
            let most = (to.since(*from) + TOLERANCE).as_nanos() / gap.as_nanos() + 1;
            assert!((last - first + 1) as u128 <= most, "{first} to {last}");
        }
    }
}

#[test]
fn the_bound_holds_over_first_attempts_and_retries_together() {
    let mut scene = throttled(60);
    scene.gap = Some(ms(90));
    let log = scene.play().log;
    assert_eq!(log.outcomes(), vec![Outcome::Accepted; 60]);
    let starts = starts(&log);
    assert!(starts.len() > 60);
    assert_paced(&starts, ms(90));
}

#[test]
fn what_waited_through_a_stall_is_caught_up_with_at_the_pace_asked_for() {
    let stall = Stall {
        connections: 0..8,
        from: Scene::START + ms(1_000),
        until: Scene::START + ms(6_000),
    };
    let scene = Scene {
        connect: Connect::Ahead,
        sessions: 8,
        messages: 150,
        stalls: vec![stall],
        ..Scene::default()
    };
    let unbounded = scene.clone().play().log;
    let paced = Scene {
        gap: Some(ms(50)),
        ..scene
    }
    .play()
    .log;
    let over = |log: &crate::simulated::log::Log| log.ended.iter().map(|each| each.at).max();
    assert_eq!(paced.outcomes(), vec![Outcome::Accepted; 150]);
    assert_paced(&starts(&paced), ms(50));
    let dumped = starts(&unbounded)
        .windows(8)
        .any(|few| few[7].since(few[0]) < ms(200));
    assert!(dumped, "without a bound all slots go at once");
    assert!(over(&paced) >= over(&unbounded));
}

#[test]
fn sessions_that_idle_out_while_the_gate_holds_messages_back_take_no_turn_with_them() {
    // 40 sessions at 2 attempts per second: each would be idle for 20 s, and the
    // mock closes sessions that are idle for 10 s.
    let log = Scene {
        connect: Connect::Ahead,
        sessions: 40,
        messages: 100,
        gap: Some(ms(500)),
        ..Scene::default()
    }
    .play()
    .log;
    assert_eq!(log.outcomes(), vec![Outcome::Accepted; 100]);
    assert_paced(&starts(&log), ms(500));
    let first_to_last = starts(&log)[99].since(starts(&log)[0]);
    let evenly = ms(500) * 99;
    assert!(first_to_last <= evenly && first_to_last + TOLERANCE >= evenly);
}
