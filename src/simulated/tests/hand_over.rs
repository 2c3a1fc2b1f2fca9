//! A session that is lost just as its slot is given a message.

use super::ms;
use crate::dispatch::Connect;
use crate::simulated::Scene;
use crate::simulated::scene::Played;
use crate::vocabulary::{Instant, Outcome, SlotId};

/// How long a slot takes to notice a message that was posted to it.
const HAND_OVER: u64 = 10;

/// One message at the start of the clock. The server closes the first session for
/// idling about then, and the second, if there is one, half a second later.
fn idle_for(millis: u64, sessions: u32) -> Played {
    let mut scene = Scene {
        connect: Connect::Ahead,
        sessions,
        session_rate: Some("2/s"),
        hand_over: ms(HAND_OVER),
        cut_at: ms(60_000),
        ..Scene::default()
    };
    scene.mock.idle_timeout = ms(millis);
    scene.play()
}

/// Set-up takes 280 ms, and the clock starts after 2 s.
const AROUND_THE_START: std::ops::Range<u64> = 1_690..1_770;

#[test]
fn the_message_goes_to_another_slot() {
    let noticed = Instant::ORIGIN + Scene::START + ms(HAND_OVER);
    let mut passed_on = 0;
    for idle in AROUND_THE_START {
        let played = idle_for(idle, 2);
        let log = &played.log;
        assert_eq!(log.outcomes(), [Outcome::Accepted], "{:#?}", log.story);
        let ended = &log.ended[0];
        let began = ended.started.unwrap();
        // The first slot noticed the loss before the message.
        if ended.slot == Some(SlotId(1)) && began > noticed {
            assert!(began <= noticed + ms(HAND_OVER));
            passed_on += 1;
        }
    }
    assert!(passed_on > 0);
}

#[test]
fn without_another_slot_the_message_waits_for_the_next_session() {
    let mut waited = 0;
    for idle in AROUND_THE_START {
        let log = idle_for(idle, 1).log;
        assert_eq!(log.outcomes(), [Outcome::Accepted], "{:#?}", log.story);
        assert_eq!(log.attempts.len(), 1, "a reconnect is not an attempt");
        if log.ended[0].response() > ms(280) {
            waited += 1;
        }
    }
    assert!(waited > 0);
}
