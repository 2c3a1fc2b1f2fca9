//! A session from connect to QUIT: its events and times.

use std::rc::Rc;
use std::time::Duration;

use sesbench_mock::settings::{Latency, Settings};

use super::ms;
use crate::simulated::scene::ONE_WAY;
use crate::simulated::{Link, Scene, Script};
use crate::smtp::{Mechanism, TlsMode};
use crate::vocabulary::{Outcome, Phase};

fn wrapper() -> Scene {
    Scene {
        tls: TlsMode::Wrapper,
        ..Scene::default()
    }
}

#[test]
fn starttls_is_told_step_by_step_and_each_step_takes_a_round_trip() {
    let told = Scene::default().play().log.story;
    let expected = [
        "scheduled 0",
        "started 0",
        "attempt 0",
        "opening",
        "connect 40ms",
        "read banner 220",
        "banner 40ms",
        "read ehlo 250",
        "ehlo 40ms",
        "read starttls 220",
        "starttls 40ms",
        "tls 40ms",
        "read ehlo_tls 250",
        "ehlo_tls 40ms",
        "read auth 235",
        "auth 40ms",
        "ready after 280ms",
        "transaction 0",
        "read mail 250",
        "mail 40ms",
        "read rcpt 250",
        "rcpt 40ms",
        "read data 354",
        "data 40ms",
        "body 0ns",
        "read accept 250",
        "accept 40ms",
        "accepted 0: accept 250",
        "read quit 221",
        "quit 40ms",
        "session over",
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_wrapper_is_secured_before_its_banner_and_says_ehlo_once() {
    let told = wrapper().play().log.story;
    let setup = [
        "opening",
        "connect 40ms",
        "tls 40ms",
        "read banner 220",
        "banner 40ms",
        "read ehlo_tls 250",
        "ehlo_tls 40ms",
        "read auth 235",
        "auth 40ms",
        "ready after 200ms",
    ];
    assert_eq!(told[3..13], setup);
}

#[test]
fn plaintext_without_login_is_connect_banner_ehlo() {
    let script = Script::new(&[
        ("", "220 mx.example"),
        ("EHLO client.example", "250-mx.example\r\n250 8BITMIME"),
        ("MAIL FROM:<sender@example.com>", "250 Ok"),
        ("RCPT TO:<recipient0@example.com>", "250 Ok"),
        ("DATA", "354 Go on"),
        (".", "250 Ok"),
        ("QUIT", "221 Bye"),
    ]);
    let played = Scene::scripted(&script).play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted]);
    assert_eq!(played.log.setups, [ms(120)]);
    assert_eq!(script.heard().borrow().len(), 6);
}

#[test]
fn each_phase_takes_a_round_trip_and_the_server_s_latency() {
    let latency = Latency {
        connect: ms(1).into(),
        banner: ms(2).into(),
        ehlo: ms(3).into(),
        starttls: ms(4).into(),
        auth: ms(5).into(),
        mail: ms(6).into(),
        rcpt: ms(7).into(),
        data: ms(8).into(),
        dot: ms(9).into(),
        quit: ms(10).into(),
        ..Latency::default()
    };
    let scene = Scene::default();
    let log = Scene {
        mock: Settings {
            latency,
            ..scene.mock.clone()
        },
        ..scene
    }
    .play()
    .log;
    let expected = [
        (Phase::Connect, 40),
        (Phase::Banner, 43),
        (Phase::Ehlo, 43),
        (Phase::Starttls, 44),
        (Phase::Tls, 40),
        (Phase::EhloTls, 43),
        (Phase::Auth, 45),
        (Phase::Mail, 46),
        (Phase::Rcpt, 47),
        (Phase::Data, 48),
        (Phase::Body, 0),
        (Phase::Accept, 49),
        (Phase::Quit, 50),
    ];
    for (phase, millis) in expected {
        assert_eq!(log.durations(phase), [ms(millis)], "{}", phase.name());
    }
}

#[test]
fn the_latency_of_connect_and_tls_shows_in_the_wrapper_s_handshake() {
    let latency = Latency {
        connect: ms(1).into(),
        tls: ms(2).into(),
        banner: ms(3).into(),
        ..Latency::default()
    };
    let scene = wrapper();
    let log = Scene {
        mock: Settings {
            latency,
            ..scene.mock.clone()
        },
        ..scene
    }
    .play()
    .log;
    assert_eq!(log.durations(Phase::Tls), [ms(43)]);
    assert_eq!(log.durations(Phase::Banner), [ms(43)]);
}

/// Two round trips with TLS 1.3; three with 1.2, where the wrapper's banner arrives
/// with the server's last flight.
#[test]
fn starttls_costs_two_round_trips_more_than_the_wrapper_and_three_with_tls_1_2() {
    let setup = |scene: Scene, tls_12: bool| {
        let links: Rc<dyn Fn(usize) -> Link> = Rc::new(move |_| Link {
            tls_12,
            ..Link::of(ONE_WAY)
        });
        Scene { links, ..scene }.play().log.setups[0]
    };
    let extra = |tls_12| setup(Scene::default(), tls_12) - setup(wrapper(), tls_12);
    assert_eq!(extra(false), ONE_WAY * 4);
    assert_eq!(extra(true), ONE_WAY * 6);
}

#[test]
fn auth_is_one_phase_of_one_two_or_three_round_trips() {
    let auth = |mechanism, initial_response| {
        let log = Scene {
            mechanism: Some(mechanism),
            initial_response,
            ..Scene::default()
        }
        .play()
        .log;
        assert_eq!(log.outcomes(), [Outcome::Accepted]);
        log.durations(Phase::Auth)
    };
    assert_eq!(auth(Mechanism::Plain, true), [ms(40)]);
    assert_eq!(auth(Mechanism::Plain, false), [ms(80)]);
    assert_eq!(auth(Mechanism::Login, true), [ms(120)]);
}

#[test]
fn recipients_are_timed_one_by_one() {
    let played = Scene {
        recipients: 3,
        ..Scene::default()
    }
    .play();
    assert_eq!(played.log.durations(Phase::Rcpt), [ms(40); 3]);
    assert_eq!(played.mock.accepted_recipients, 3);
    assert_eq!(played.mock.accepted, 1);
}

#[test]
fn sessions_opened_ahead_cost_a_message_four_round_trips() {
    let log = Scene {
        connect: crate::dispatch::Connect::Ahead,
        messages: 3,
        ..Scene::default()
    }
    .play()
    .log;
    let responses: Vec<Duration> = log.ended.iter().map(|ended| ended.response()).collect();
    assert_eq!(responses[0], ms(160));
    assert_eq!(log.setups, [ms(280)]);
}
