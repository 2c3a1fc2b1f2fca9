//! A server that stops replying: every phase times out exactly at its deadline.

use std::rc::Rc;
use std::time::Duration;

use super::ms;
use crate::simulated::scene::{ONE_WAY, Played};
use crate::simulated::{Link, Scene, Script, Stall};
use crate::smtp::{Mechanism, QUIT_TIMEOUT, Timeouts, TlsMode};
use crate::vocabulary::{Instant, Outcome, Phase};

/// Each phase has a different time-out, so that a wrong one is noticed.
fn timeouts() -> Timeouts {
    let mut timeouts = Timeouts::default();
    for (number, phase) in Phase::ALL.iter().enumerate() {
        timeouts.set(*phase, ms(3_000 + 100 * number as u64));
    }
    timeouts
}

fn scene(tls: TlsMode) -> Scene {
    Scene {
        tls,
        timeouts: timeouts(),
        ..Scene::default()
    }
}

/// Start of a phase in a run without failures.
fn beginning(played: &Played, wanted: Phase) -> Option<Instant> {
    let words = format!("{} ", wanted.name());
    let told = played.log.story.iter().zip(&played.log.moments);
    let mut ends = told.filter(|(line, _)| line.starts_with(&words));
    let (_, end) = ends.next()?;
    let (_, _, lasted) = played.log.phases.iter().find(|(_, at, _)| *at == wanted)?;
    Some(*end - *lasted)
}

/// The same run, with a server that does nothing after `moment`.
fn silent_after(scene: Scene, moment: Instant) -> Played {
    let from = moment.since(Instant::ORIGIN) + Duration::from_nanos(1);
    Scene {
        stalls: vec![Stall {
            connections: 0..1,
            from,
            until: Duration::from_secs(3_600),
        }],
        cut_at: Duration::from_secs(600),
        ..scene
    }
    .play()
}

#[test]
fn every_phase_that_waits_for_the_server_ends_at_its_deadline() {
    for tls in [TlsMode::Starttls, TlsMode::Wrapper] {
        let well = scene(tls).play();
        for &phase in Phase::ALL {
            let waits = !matches!(phase, Phase::Connect | Phase::Body | Phase::Quit);
            let Some(began) = beginning(&well, phase).filter(|_| waits) else {
                continue;
            };
            let ended = &silent_after(scene(tls), began).log.ended[0];
            let expected = match phase {
                Phase::Accept => Outcome::Unknown,
                _ => Outcome::Timeout,
            };
            assert_eq!(ended.outcome, expected, "{}", phase.name());
            assert_eq!(ended.why.phase, Some(phase));
            assert_eq!(ended.why.text, "no answer in time");
            assert_eq!(ended.at, began + timeouts().of(phase), "{}", phase.name());
        }
    }
}

#[test]
fn auth_in_several_steps_has_one_deadline() {
    let scene = Scene {
        mechanism: Some(Mechanism::Login),
        ..scene(TlsMode::Starttls)
    };
    let began = beginning(&scene.clone().play(), Phase::Auth).unwrap();
    // No reply after the challenge for the password.
    let played = silent_after(scene, began + ms(61));
    let ended = &played.log.ended[0];
    assert_eq!(ended.why.phase, Some(Phase::Auth));
    assert_eq!(ended.at, began + timeouts().of(Phase::Auth));
}

#[test]
fn a_network_too_slow_to_connect_is_given_up() {
    let played = Scene {
        links: Rc::new(|_| Link::of(Duration::from_secs(60))),
        ..scene(TlsMode::Starttls)
    }
    .play();
    let ended = &played.log.ended[0];
    assert_eq!(ended.outcome, Outcome::Timeout);
    assert_eq!(ended.why.phase, Some(Phase::Connect));
    assert_eq!(ended.response(), timeouts().of(Phase::Connect));
}

#[test]
fn content_that_the_socket_does_not_take_is_a_time_out_before_the_dot() {
    let played = Scene {
        size: 10_000,
        links: Rc::new(|_| Link {
            takes: 5_000,
            ..Link::of(ONE_WAY)
        }),
        ..scene(TlsMode::Wrapper)
    }
    .play();
    let ended = &played.log.ended[0];
    assert_eq!(ended.outcome, Outcome::Timeout);
    assert_eq!(ended.why.phase, Some(Phase::Body));
    let before = ms(200 + 3 * 40);
    assert_eq!(ended.response(), before + timeouts().of(Phase::Body));
    assert_eq!(played.mock.accepted, 0);
}

#[test]
fn a_goodbye_without_an_answer_harms_nobody() {
    let well = scene(TlsMode::Starttls).play();
    let began = beginning(&well, Phase::Quit).unwrap();
    let played = silent_after(scene(TlsMode::Starttls), began);
    assert_eq!(played.log.outcomes(), [Outcome::Accepted]);
    let why = &played.log.failures()[..];
    assert!(
        matches!(why, [(Outcome::Timeout, why)] if why.text == "no answer to QUIT"),
        "{why:?}"
    );
    let over = played.log.moments.last().copied().unwrap();
    assert_eq!(over, began + QUIT_TIMEOUT.min(timeouts().of(Phase::Quit)));
}

#[test]
fn a_reset_without_an_answer_ends_the_session_after_the_message_has_ended() {
    let script = Script::new(&[
        ("", "220 mx.example"),
        ("EHLO", "250 mx.example"),
        ("MAIL", "250 Ok"),
        ("RCPT", "550 No such user"),
        ("RSET", ""),
    ]);
    let played = Scene {
        timeouts: timeouts(),
        ..Scene::scripted(&script)
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Rejected]);
    let (outcome, why) = played.log.failures()[0];
    assert_eq!((*outcome, why.phase), (Outcome::Timeout, Some(Phase::Rset)));
    let over = played.log.moments.last().copied().unwrap();
    let refused = played.log.ended[0].at;
    assert_eq!(over, refused + timeouts().of(Phase::Rset));
}

/// An idle session may be dead, but a server that does not answer has not closed it:
/// the outcome of the message must show that.
#[test]
fn mail_without_an_answer_is_a_time_out_after_a_long_rest_too() {
    let scene = Scene {
        connect: crate::dispatch::Connect::Ahead,
        ..scene(TlsMode::Starttls)
    };
    let began = Instant::ORIGIN + Scene::START;
    let played = silent_after(scene, began);
    let ended = &played.log.ended[0];
    assert_eq!(ended.outcome, Outcome::Timeout);
    assert_eq!(ended.why.phase, Some(Phase::Mail));
    assert_eq!(ended.at, began + timeouts().of(Phase::Mail));
}
