//! Stalled servers: how the load is distributed, and what is measured.

use std::rc::Rc;

use super::ms;
use crate::dispatch::Connect;
use crate::simulated::{Link, Scene, Stall};
use crate::vocabulary::{Outcome, SlotId};

fn ahead() -> Scene {
    Scene {
        connect: Connect::Ahead,
        ..Scene::default()
    }
}

/// Two of four sessions stall for 10 s. The other two can send 12.5 messages per
/// second, and the schedule asks for 10.
#[test]
fn the_other_half_of_the_slots_takes_the_load() {
    let played = Scene {
        sessions: 4,
        messages: 50,
        stalls: vec![Stall {
            connections: 0..2,
            from: Scene::START,
            until: Scene::START + ms(10_000),
        }],
        ..ahead()
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 50]);
    let (stalled, fluent): (Vec<_>, Vec<_>) = played
        .log
        .ended
        .iter()
        .partition(|ended| ended.slot < Some(SlotId(2)));
    assert_eq!(stalled.len(), 2, "one message each, caught by the stall");
    assert_eq!(fluent.len(), 48);
    for ended in fluent {
        assert!(ended.response() < ms(2 * 160), "{ended:?}");
    }
}

/// A server that stalls for 2 s, a session that needs 40 ms per message, and a message
/// every 100 ms: the n-th is done 2035 + 40 n ms after the start, as long as there is
/// a backlog.
#[test]
fn the_open_model_keeps_intended_times_through_a_stall() {
    let played = Scene {
        messages: 60,
        links: Rc::new(|_| Link::of(ms(5))),
        stalls: vec![Stall {
            connections: 0..1,
            from: Scene::START,
            until: Scene::START + ms(2_000),
        }],
        ..ahead()
    }
    .play();
    assert_eq!(played.log.ended.len(), 60);
    for ended in &played.log.ended {
        let caught_up = ended.index > 33;
        let expected = match caught_up {
            false => 2_035 + 40 * ended.index - 100 * ended.index,
            true => 40,
        };
        assert_eq!(ended.response(), ms(expected), "message {}", ended.index);
        let wait = ended.started.unwrap().since(ended.intended);
        let service = if ended.index == 0 { 2_035 } else { 40 };
        assert_eq!(wait, ms(expected - service), "message {}", ended.index);
    }
}

#[test]
fn what_has_not_started_when_the_curtain_falls_is_unsent() {
    let played = Scene {
        messages: 20,
        stalls: vec![Stall {
            connections: 0..1,
            from: Scene::START + ms(1_000),
            until: ms(1_000_000),
        }],
        cut_at: ms(3_450),
        ..ahead()
    }
    .play();
    // Six are done, the seventh is in flight, eight wait.
    assert_eq!(played.log.scheduled, 15);
    assert_eq!(played.log.ended.len(), 15);
    assert_eq!(played.log.count(Outcome::Accepted), 6);
    assert_eq!(played.log.count(Outcome::Lost), 1);
    assert_eq!(played.log.count(Outcome::Unsent), 8);
}
