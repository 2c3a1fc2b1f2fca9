//! How runs end: by themselves, by a stop, by the user, or by the drain's deadline.

use std::rc::Rc;
use std::time::Duration;

use super::ms;
use crate::dispatch::Connect;
use crate::simulated::scene::{ONE_WAY, Played};
use crate::simulated::{Link, Scene, Script, Stall};
use crate::vocabulary::{Failure, Instant, Outcome, StopReason};

fn ahead() -> Scene {
    Scene {
        connect: Connect::Ahead,
        ..Scene::default()
    }
}

fn after_start(millis: u64) -> Instant {
    Instant::ORIGIN + Scene::START + ms(millis)
}

fn assert_balanced(played: &Played) {
    assert_eq!(played.log.scheduled, played.log.ended.len() as u64);
    let opened = played.log.story.iter().filter(|line| *line == "opening");
    assert_eq!(opened.count(), played.log.sessions.len());
}

#[test]
fn refused_credentials_stop_the_run_at_the_first_session() {
    let played = Scene {
        messages: 50,
        wrong_password: true,
        ..Scene::default()
    }
    .play();
    assert_eq!(played.stopped, Some(StopReason::CredentialsRefused));
    assert_eq!(played.connections, 1, "another could lock the account");
    assert_eq!(played.log.count(Outcome::Auth), 1);
    let unsent = played.log.count(Outcome::Unsent);
    assert_eq!(unsent + 1, played.log.scheduled);
    assert!(played.log.scheduled < 50);
    assert_balanced(&played);
}

#[test]
fn a_spent_quota_stops_the_run_unless_configured_otherwise() {
    let scene = |stop_on_quota| {
        let mut scene = Scene {
            messages: 50,
            stop_on_quota,
            ..ahead()
        };
        scene.mock.daily = Some(3);
        scene
    };
    let played = scene(true).play();
    assert_eq!(played.stopped, Some(StopReason::QuotaSpent));
    assert_eq!(played.log.count(Outcome::Accepted), 3);
    assert_eq!(played.log.count(Outcome::Quota), 1);
    assert!(played.log.scheduled < 50);
    assert_balanced(&played);
    let played = scene(false).play();
    assert_eq!(played.stopped, None);
    assert_eq!(played.log.count(Outcome::Quota), 47);
}

#[test]
fn a_suspended_account_stops_the_run() {
    let mut scene = Scene {
        messages: 50,
        ..ahead()
    };
    scene.mock.paused = true;
    let played = scene.play();
    assert_eq!(played.stopped, Some(StopReason::AccountSuspended));
    assert_eq!(played.log.count(Outcome::Rejected), 1);
    assert_balanced(&played);
}

/// One session at 6.25 messages per second, and a schedule of 10.
#[test]
fn an_interrupt_lets_messages_in_progress_finish_and_starts_no_more() {
    let played = Scene {
        messages: 100,
        interrupt_at: Some(Scene::START + ms(1_010)),
        ..ahead()
    }
    .play();
    assert_eq!(played.stopped, Some(StopReason::Interrupted));
    // Due by then: 11. Seven are taken by the session, in turn.
    assert_eq!(played.log.scheduled, 11);
    assert_eq!(played.log.count(Outcome::Accepted), 7);
    assert_eq!(played.log.count(Outcome::Unsent), 4);
    let last = played.log.ended.iter().map(|ended| ended.at).max();
    assert_eq!(last, Some(after_start(7 * 160)));
    assert!(played.log.failures().is_empty(), "the session ends by QUIT");
    assert_balanced(&played);
}

#[test]
fn a_run_that_is_stopped_before_its_clock_starts_sends_nothing() {
    for closed in [false, true] {
        let played = Scene {
            closed,
            messages: 100,
            sessions: 3,
            interrupt_at: Some(ms(300)),
            ..ahead()
        }
        .play();
        assert_eq!(played.log.scheduled, 0);
        assert_eq!(played.mock.accepted, 0);
        assert_balanced(&played);
    }
}

#[test]
fn the_drain_has_a_deadline() {
    let played = Scene {
        messages: 20,
        stalls: vec![Stall {
            connections: 0..1,
            from: Scene::START + ms(1_000),
            until: Duration::from_secs(1_000),
        }],
        drain: ms(700),
        ..ahead()
    }
    .play();
    // The last of 20 is due after 1.9 s.
    assert_eq!(played.stopped, None);
    assert_eq!(played.log.count(Outcome::Accepted), 6);
    assert_eq!(played.log.count(Outcome::Lost), 1);
    assert_eq!(played.log.count(Outcome::Unsent), 13);
    let last = played.log.ended.iter().map(|ended| ended.at).max();
    assert_eq!(last, Some(after_start(1_900 + 700)));
    assert_balanced(&played);
}

#[test]
fn messages_that_back_off_beyond_the_drain_end_at_once() {
    let mut scene = Scene {
        messages: 3,
        retry: Some(crate::dispatch::Retry {
            base: Duration::from_secs(3_600),
            factor: 1.0,
            cap: Duration::from_secs(3_600),
            attempts: 5.try_into().unwrap(),
        }),
        drain: ms(5_000),
        ..ahead()
    };
    scene.mock.rate = Some(0.001);
    scene.mock.burst = Some(1.0);
    let played = scene.play();
    assert_eq!(played.log.count(Outcome::Accepted), 1);
    assert_eq!(played.log.count(Outcome::Throttled), 2);
    let last = played.log.ended.iter().map(|ended| ended.at).max().unwrap();
    assert!(last < after_start(1_000), "not at the deadline: {last:?}");
    assert_balanced(&played);
}

/// After a stop there are no more retries, however long the run may drain.
#[test]
fn an_interrupt_ends_messages_that_back_off() {
    let mut scene = Scene {
        messages: 100,
        retry: Some(crate::dispatch::Retry {
            base: Duration::from_secs(3_600),
            factor: 1.0,
            cap: Duration::from_secs(3_600),
            attempts: 5.try_into().unwrap(),
        }),
        interrupt_at: Some(Scene::START + ms(1_000)),
        ..ahead()
    };
    scene.mock.rate = Some(0.001);
    scene.mock.burst = Some(1.0);
    let played = scene.play();
    assert!(played.log.count(Outcome::Throttled) > 1);
    let last = played.log.ended.iter().map(|ended| ended.at).max().unwrap();
    assert!(last < after_start(1_200), "{last:?}");
    assert_balanced(&played);
}

/// The connection of the second slot takes a minute.
#[test]
fn a_session_that_is_being_opened_is_given_up_when_the_run_closes() {
    let links: Rc<dyn Fn(usize) -> Link> = Rc::new(|connection| match connection {
        0 => Link::of(ONE_WAY),
        _ => Link::of(Duration::from_secs(60)),
    });
    let played = Scene {
        messages: 2,
        sessions: 2,
        links,
        ..ahead()
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 2]);
    let last = played.log.ended.iter().map(|ended| ended.at).max().unwrap();
    let given_up = |words: &&String| words.starts_with("session unsent");
    let mut told = played.log.story.iter().zip(&played.log.moments);
    let (_, at) = told.find(|(words, _)| given_up(words)).unwrap();
    assert_eq!(*at, last, "and not after a time-out");
    let why = &played.log.failures()[0].1;
    assert_eq!(why.failure, Some(Failure::Cut));
    assert_balanced(&played);
}

/// Its turn would be in an hour.
#[test]
fn a_slot_that_waits_for_its_turn_ends_when_the_run_closes() {
    let played = Scene {
        sessions: 2,
        messages: 2,
        session_rate: Some("1/h"),
        ..ahead()
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 2]);
    assert_eq!(played.connections, 1);
}

/// The server does not answer QUIT: the next session has to wait for it, shorter
/// each time.
#[test]
fn an_unanswered_quit_costs_less_and_less() {
    let hello = [("", "220 mx.example"), ("EHLO", "250 mx.example")];
    let message = [
        ("MAIL", "250 Ok"),
        ("RCPT", "250 Ok"),
        ("DATA", "354 Go on"),
        (".", "250 Ok"),
    ];
    let silent = Script::new(&[&hello[..], &message].concat());
    let polite = Script::new(&[&hello[..], &message, &[("QUIT", "221 Bye")]].concat()).closing();
    let scripts = [
        vec![silent.clone(); 3],
        vec![polite],
        vec![silent.clone(); 2],
    ];
    let played = Scene {
        closed: true,
        connect: Connect::Ahead,
        messages: 6,
        messages_per_session: Some(1),
        scripts: scripts.concat(),
        ..Scene::scripted(&silent)
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 6]);
    let told: Vec<_> = played.log.story.iter().zip(&played.log.moments).collect();
    let accepted = told
        .iter()
        .filter(|(words, _)| words.starts_with("accepted"));
    let over = told
        .iter()
        .filter(|(words, _)| words.starts_with("session "));
    let quits = accepted.zip(over).map(|(from, to)| to.1.since(*from.1));
    let micros: Vec<_> = quits.map(|quit| quit.as_micros()).collect();
    let expected = [1_000_000, 250_000, 62_500, 15_625, 3_906, 976];
    // The fourth is answered, but later than the slot waits by then.
    assert_eq!(micros, expected);
}

#[test]
fn an_answered_quit_restores_the_patience() {
    let hello = [("", "220 mx.example"), ("EHLO", "250 mx.example")];
    let message = [
        ("MAIL", "250 Ok"),
        ("RCPT", "250 Ok"),
        ("DATA", "354 Go on"),
        (".", "250 Ok"),
    ];
    let silent = Script::new(&[&hello[..], &message].concat());
    let polite = Script::new(&[&hello[..], &message, &[("QUIT", "221 Bye")]].concat()).closing();
    let scripts = [silent.clone(), polite, silent.clone(), silent.clone()];
    let played = Scene {
        closed: true,
        connect: Connect::Ahead,
        messages: 4,
        messages_per_session: Some(1),
        scripts: scripts.to_vec(),
        ..Scene::scripted(&silent)
    }
    .play();
    let told: Vec<_> = played.log.story.iter().zip(&played.log.moments).collect();
    let accepted = told
        .iter()
        .filter(|(words, _)| words.starts_with("accepted"));
    let over = told
        .iter()
        .filter(|(words, _)| words.starts_with("session "));
    let quits = accepted.zip(over).map(|(from, to)| to.1.since(*from.1));
    let millis: Vec<_> = quits.map(|quit| quit.as_millis()).collect();
    assert_eq!(millis, [1_000, 40, 1_000, 250]);
}

/// A server that answers neither QUIT nor anything else does not delay the end of
/// the run by more than the grace.
#[test]
fn the_last_quit_has_a_deadline_too() {
    let silent = Script::new(&[
        ("", "220 mx.example"),
        ("EHLO", "250 mx.example"),
        ("MAIL", "250 Ok"),
        ("RCPT", "250 Ok"),
        ("DATA", "354 Go on"),
        (".", "250 Ok"),
    ]);
    let played = Scene::scripted(&silent).play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted]);
    let ended = played.log.ended[0].at;
    let last = played.log.moments.last().copied().unwrap();
    assert_eq!(last.since(ended), ms(1_000));
    assert_balanced(&played);
}
