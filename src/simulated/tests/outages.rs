//! A server that can't be reached for a while: back-off, and how it ends.

use std::time::Duration;

use super::ms;
use crate::dispatch::Connect;
use crate::simulated::log::Log;
use crate::simulated::scene::Played;
use crate::simulated::{Scene, Script};
use crate::vocabulary::{Instant, Outcome};

const HELLO: [(&str, &str); 2] = [("", "220 mx.example"), ("EHLO", "250 mx.example")];
const MESSAGE: [(&str, &str); 4] = [
    ("MAIL", "250 Ok"),
    ("RCPT", "250 Ok"),
    ("DATA", "354 Go on"),
    (".", "250 Ok"),
];

/// A server that closes the connection without a reply.
fn down() -> Script {
    Script::new(&[("", "")]).closing()
}

/// A server that closes the session as soon as it is ready.
fn moody() -> Script {
    Script::new(&HELLO).closing()
}

fn scene(scripts: Vec<Script>) -> Scene {
    Scene {
        connect: Connect::Ahead,
        scripts,
        ..Scene::scripted(&Script::accepting())
    }
}

/// Time from each lost session to the next try.
fn pauses(log: &Log) -> Vec<Duration> {
    let told: Vec<_> = log.story.iter().zip(&log.moments).collect();
    let is_over = |words: &str| words.starts_with("session ");
    let pairs = told.windows(2);
    pairs
        .filter(|pair| is_over(pair[0].0) && pair[1].0 == "opening")
        .map(|pair| pair[1].1.since(*pair[0].1))
        .collect()
}

/// Before the clock starts no message waits, so that nothing shortens the back-off.
#[test]
fn tries_to_open_a_session_ahead_are_further_and_further_apart() {
    let scripts = [vec![down(); 4], vec![Script::accepting()]].concat();
    let played = scene(scripts).play();
    assert_eq!(pauses(&played.log), [100, 200, 400, 800].map(ms));
    assert_eq!(played.log.outcomes(), [Outcome::Accepted]);
}

#[test]
fn a_session_that_was_open_ends_the_back_off() {
    let scripts = [
        vec![down(); 3],
        vec![moody()],
        vec![down()],
        vec![Script::accepting()],
    ];
    let played = scene(scripts.concat()).play();
    // After the session that was open, the slot tries again at once.
    assert_eq!(pauses(&played.log), [100, 200, 400, 0, 100].map(ms));
}

#[test]
fn the_slots_back_off_for_different_times() {
    let played = Scene {
        sessions: 3,
        session_rate: Some("1000000/s"),
        ..scene([vec![down(); 3], vec![Script::accepting(); 3]].concat())
    }
    .play();
    let told = played.log.story.iter().zip(&played.log.moments);
    let tries = told.filter(|(words, _)| *words == "opening");
    let tries: Vec<Instant> = tries.map(|(_, at)| *at).collect();
    // A sixteenth of 100 ms apart, and a microsecond by the limiter.
    let apart = |n: usize| tries[n + 1].since(tries[n]).as_micros();
    assert_eq!([apart(3), apart(4)], [6_251, 6_251]);
}

const REFUSED: usize = 20;

/// The first session serves three messages; the next connections are closed.
fn through_an_outage(more: Scene) -> Played {
    let first = Script::new(&[&HELLO[..], &MESSAGE, &MESSAGE, &MESSAGE].concat()).closing();
    let scripts = [
        vec![first],
        vec![down(); REFUSED],
        vec![Script::accepting()],
    ];
    Scene {
        messages: 30,
        scripts: scripts.concat(),
        ..more
    }
    .play()
}

/// With the slot's back-off alone, that many tries take more than a minute.
#[test]
fn while_messages_wait_one_slot_after_another_tries_earlier() {
    for closed in [false, true] {
        let played = through_an_outage(Scene {
            closed,
            rate: "100/s",
            ..scene(Vec::new())
        });
        assert_eq!(played.connections, REFUSED + 2, "closed: {closed}");
        let lost = played.log.count(Outcome::Lost);
        assert_eq!(played.log.count(Outcome::Accepted) + lost, 30);
        assert!(lost <= 1);
        let waits = pauses(&played.log);
        assert!(waits.iter().all(|wait| *wait <= ms(150)), "{waits:?}");
        // Not more often either: each try ends 80 ms after it began.
        let at_once = waits.iter().filter(|wait| **wait < ms(70)).count();
        assert!(at_once <= 3, "{waits:?}");
    }
}

/// On demand, each message has its own try.
#[test]
fn on_demand_the_messages_of_an_outage_are_lost() {
    let played = through_an_outage(Scene {
        connect: Connect::OnDemand,
        rate: "1/s",
        ..scene(Vec::new())
    });
    assert_eq!(played.log.count(Outcome::Lost), REFUSED as u64);
    assert_eq!(played.log.count(Outcome::Accepted), 10);
}

#[test]
fn sessions_are_opened_at_the_rate_of_the_scenario() {
    let played = Scene {
        sessions: 5,
        messages: 20,
        messages_per_session: Some(1),
        session_rate: Some("10/s"),
        ..scene(vec![Script::accepting(); 30])
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 20]);
    let told = played.log.story.iter().zip(&played.log.moments);
    let openings = told.filter(|(words, _)| *words == "opening");
    let openings: Vec<Instant> = openings.map(|(_, at)| *at).collect();
    assert!(openings.len() >= 20);
    for pair in openings.windows(2) {
        assert!(pair[1].since(pair[0]) >= ms(100), "{pair:?}");
    }
    assert_eq!(openings[4], Instant::ORIGIN + ms(400));
}

#[test]
fn sessions_opened_ahead_are_spaced_out_unless_the_clock_runs() {
    let played = Scene {
        sessions: 4,
        ..scene(vec![Script::accepting(); 4])
    }
    .play();
    let told = played.log.story.iter().zip(&played.log.moments);
    let openings = told.filter(|(words, _)| *words == "opening");
    let openings: Vec<Instant> = openings.map(|(_, at)| *at).collect();
    assert_eq!(openings, [0, 5, 10, 15].map(|at| Instant::ORIGIN + ms(at)));
}
