//! However the byte stream is split, the events and their times are the same.

use std::rc::Rc;

use crate::simulated::scene::ONE_WAY;
use crate::simulated::{Link, Scene};
use crate::smtp::TlsMode;

fn split(tls: TlsMode, portions: &'static [usize]) -> Scene {
    Scene {
        tls,
        messages: 2,
        recipients: 2,
        links: Rc::new(|_| Link {
            portions: portions.to_vec(),
            ..Link::of(ONE_WAY)
        }),
        ..Scene::default()
    }
}

#[test]
fn any_portions_give_the_same_events_at_the_same_times() {
    for tls in [TlsMode::Starttls, TlsMode::Wrapper] {
        let whole = split(tls, &[usize::MAX]).play();
        for portions in [&[1], &[2], &[3], &[5], &[64], &[1, 2, 80, 7][..]] {
            let parts = split(tls, portions).play();
            assert_eq!(parts.log, whole.log, "{portions:?}");
            assert_eq!(parts.mock, whole.mock, "{portions:?}");
        }
    }
}

/// Portions that arrive one after another: only the last one causes an event.
#[test]
fn a_reply_has_come_when_its_last_byte_has() {
    let scene = Scene {
        links: Rc::new(|connection| Link {
            portions: vec![30 + connection],
            delays: vec![ONE_WAY, ONE_WAY * 2],
            ..Link::of(ONE_WAY)
        }),
        ..Scene::default()
    };
    let played = scene.play();
    assert_eq!(played.mock.accepted, 1);
    assert_eq!(played.log.ended.len(), 1);
}
