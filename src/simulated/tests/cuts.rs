//! A connection that breaks after any byte: each message ends once, and is
//! `unknown` exactly when its dot was sent and not answered.

use std::rc::Rc;

use crate::dispatch::Connect;
use crate::simulated::scene::{ONE_WAY, Played};
use crate::simulated::{Cut, Link, Scene};
use crate::smtp::TlsMode;
use crate::vocabulary::{Outcome, Phase};

const MODES: [TlsMode; 2] = [TlsMode::Starttls, TlsMode::Wrapper];

fn cut(scene: Scene, cut: Cut) -> Played {
    let links: Rc<dyn Fn(usize) -> Link> = Rc::new(move |connection| Link {
        cut: (connection == 0).then_some(cut),
        ..Link::of(ONE_WAY)
    });
    Scene { links, ..scene }.play()
}

fn one_message(tls: TlsMode) -> Scene {
    Scene {
        tls,
        ..Scene::default()
    }
}

/// The end of `part` in `bytes`.
fn end_of(bytes: &[u8], part: &[u8]) -> usize {
    let mut windows = bytes.windows(part.len());
    windows.position(|window| window == part).unwrap() + part.len()
}

#[test]
fn after_every_byte_of_the_server() {
    for tls in MODES {
        let (said, _) = one_message(tls).play().carried;
        let go_on = end_of(&said, b"354 End data with <CR><LF>.<CR><LF>\r\n");
        let accepted = end_of(&said, b"250 Ok 0") - 1 + 60 + 2;
        assert_eq!(&said[accepted..], b"221 Bye\r\n");
        for at in 0..=said.len() {
            let played = cut(one_message(tls), Cut::AtClient(at));
            let expected = match at {
                // A break right after the last byte of a reply arrives with it.
                _ if at < go_on => Outcome::Lost,
                _ if at < accepted => Outcome::Unknown,
                _ => Outcome::Accepted,
            };
            assert_eq!(played.log.outcomes(), [expected], "cut after {at} bytes");
            let delivered = u64::from(at >= go_on);
            assert!(played.mock.accepted <= delivered, "cut after {at} bytes");
        }
    }
}

#[test]
fn after_every_byte_of_the_client() {
    for tls in MODES {
        let (_, said) = one_message(tls).play().carried;
        let data = end_of(&said, b"DATA\r\n");
        let dot = end_of(&said, b"\r\n.\r\n");
        for at in 0..=said.len() {
            let played = cut(one_message(tls), Cut::AtServer(at));
            let expected = match at {
                // The break is at this byte: DATA itself gets no reply.
                _ if at <= data => Outcome::Lost,
                _ if at <= dot => Outcome::Unknown,
                _ => Outcome::Accepted,
            };
            assert_eq!(played.log.outcomes(), [expected], "cut after {at} bytes");
            assert_eq!(played.mock.accepted, u64::from(at >= dot), "{at} bytes");
        }
    }
}

#[test]
fn a_cut_in_set_up_costs_no_message_when_sessions_are_opened_ahead() {
    let ahead = |tls| Scene {
        connect: Connect::Ahead,
        ..one_message(tls)
    };
    for tls in MODES {
        let (said, _) = ahead(tls).play().carried;
        let ready = end_of(&said, b"235 Authentication successful.\r\n");
        for at in 0..=ready {
            let played = cut(ahead(tls), Cut::AtClient(at));
            assert_eq!(played.log.outcomes(), [Outcome::Accepted], "{at} bytes");
            assert_eq!(played.connections, 2, "{at} bytes");
        }
    }
}

#[test]
fn the_cause_names_the_phase_that_was_under_way() {
    let (said, _) = Scene::default().play().carried;
    let banner = end_of(&said, b"ESMTP");
    let played = cut(Scene::default(), Cut::AtClient(banner));
    let why = &played.log.ended[0].why;
    assert_eq!(why.phase, Some(Phase::Banner));
    assert_eq!(why.text, "connection closed by the server");
    let (outcome, told) = played.log.failures()[0];
    assert_eq!((*outcome, told), (Outcome::Lost, why));
}
