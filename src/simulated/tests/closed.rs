//! The closed model: each slot sends its next message as soon as the last one has
//! ended.

use std::num::NonZeroU32;

use super::ms;
use crate::dispatch::{Connect, Retry};
use crate::simulated::log::Log;
use crate::simulated::{Scene, Script};
use crate::vocabulary::{Instant, Outcome, StopReason};

/// Sessions opened ahead, to a mock without limits. A message takes 160 ms.
fn closed() -> Scene {
    Scene {
        closed: true,
        connect: Connect::Ahead,
        sessions: 2,
        ..Scene::default()
    }
}

/// When each attempt began, in order, from the start of the clock.
fn starts(log: &Log) -> Vec<u64> {
    let told = log.story.iter().zip(&log.moments);
    let began = told.filter(|(words, _)| words.starts_with("attempt "));
    let start = Instant::ORIGIN + Scene::START;
    began
        .map(|(_, at)| at.since(start).as_millis() as u64)
        .collect()
}

#[test]
fn each_slot_sends_one_message_after_another() {
    let played = Scene {
        messages: 6,
        ..closed()
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 6]);
    assert_eq!(starts(&played.log), [0, 0, 160, 160, 320, 320]);
    assert_eq!(played.stopped, None);
    assert_eq!(played.connections, 2);
}

#[test]
fn a_duration_ends_with_the_messages_that_it_began() {
    let played = Scene {
        duration: Some(ms(1_000)),
        ..closed()
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 14]);
    assert_eq!(starts(&played.log).last(), Some(&960));
}

#[test]
fn the_limiter_spaces_the_attempts_of_all_slots() {
    let played = Scene {
        messages: 5,
        sessions: 4,
        gap: Some(ms(100)),
        ..closed()
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 5]);
    // The tolerance of the limiter is 20 ms.
    assert_eq!(starts(&played.log), [0, 80, 180, 280, 380]);
}

#[test]
fn throttled_messages_back_off_and_are_retried() {
    let mut scene = Scene {
        messages: 40,
        retry: Some(Retry {
            base: ms(500),
            factor: 2.0,
            cap: ms(3_000),
            attempts: NonZeroU32::new(20).unwrap(),
        }),
        ..closed()
    };
    scene.mock.rate = Some(5.0);
    scene.mock.burst = Some(5.0);
    let played = scene.play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 40]);
    let throttled = played.log.attempts.len() - 40;
    assert!(throttled > 0);
    assert_eq!(played.mock.throttled, throttled as u64);
    for (next, wait) in &played.log.waits {
        let ended = |attempt| {
            let mut each = played.log.attempts.iter();
            let wanted = |(ticket, ..): &&(crate::vocabulary::Ticket, _, _)| {
                (ticket.index, ticket.attempt) == (next.index, attempt)
            };
            each.find(wanted).unwrap().2
        };
        let apart = ended(next.attempt).since(ended(next.attempt - 1));
        assert!(apart >= *wait + ms(160), "{apart:?} after {wait:?}");
    }
}

#[test]
fn a_full_session_is_ended_by_quit_and_the_next_one_opened() {
    let played = Scene {
        messages: 5,
        sessions: 1,
        messages_per_session: Some(2),
        ..closed()
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 5]);
    assert_eq!(played.connections, 3);
    // QUIT takes 40 ms and a session 280 ms.
    assert_eq!(starts(&played.log), [0, 160, 640, 800, 1_280]);
}

const HELLO: [(&str, &str); 2] = [("", "220 mx.example"), ("EHLO", "250 mx.example")];
const REFUSED: [(&str, &str); 1] = [("MAIL", "451 Not now")];
const MESSAGE: [(&str, &str); 4] = [
    ("MAIL", "250 Ok"),
    ("RCPT", "250 Ok"),
    ("DATA", "354 Go on"),
    (".", "250 Ok"),
];

/// Without it, a slot would hammer the server. A message that is accepted ends it.
#[test]
fn a_slot_backs_off_while_every_mail_is_refused() {
    let steps = [&HELLO[..], &[REFUSED[0]; 3], &MESSAGE].concat();
    let script = Script::new(&steps);
    let played = Scene {
        closed: true,
        connect: Connect::Ahead,
        messages: 4,
        ..Scene::scripted(&script)
    }
    .play();
    let (deferred, accepted) = (Outcome::Deferred, Outcome::Accepted);
    assert_eq!(
        played.log.outcomes(),
        [deferred, deferred, deferred, accepted]
    );
    // A round trip, and then 100, 200 and 400 ms.
    assert_eq!(starts(&played.log), [0, 140, 380, 820]);
}

#[test]
fn an_accepted_mail_ends_the_back_off() {
    let refused_rcpt = [
        ("MAIL", "250 Ok"),
        ("RCPT", "550 No such user"),
        ("RSET", "250 Ok"),
    ];
    let steps = [
        &HELLO[..],
        &[REFUSED[0]; 2],
        &refused_rcpt,
        &REFUSED,
        &MESSAGE,
    ]
    .concat();
    let played = Scene {
        closed: true,
        connect: Connect::Ahead,
        messages: 5,
        ..Scene::scripted(&Script::new(&steps))
    }
    .play();
    assert_eq!(played.log.count(Outcome::Deferred), 3);
    let starts = starts(&played.log);
    // MAIL, RCPT and RSET take a round trip each, and no pause follows.
    assert_eq!(starts, [0, 140, 380, 500, 640]);
}

#[test]
fn refused_credentials_stop_the_run_before_it_starts() {
    let played = Scene {
        messages: 100,
        wrong_password: true,
        ..closed()
    }
    .play();
    assert_eq!(played.stopped, Some(StopReason::CredentialsRefused));
    assert_eq!(played.log.scheduled, 0);
    assert!(played.connections <= 2, "each slot tries once at most");
}

#[test]
fn a_spent_quota_stops_the_run_and_no_message_is_unsent() {
    let mut scene = Scene {
        messages: 100,
        sessions: 4,
        stop_on_quota: true,
        ..closed()
    };
    scene.mock.daily = Some(10);
    let played = scene.play();
    assert_eq!(played.stopped, Some(StopReason::QuotaSpent));
    assert_eq!(played.log.count(Outcome::Accepted), 10);
    assert_eq!(played.log.count(Outcome::Unsent), 0);
    let refused = played.log.count(Outcome::Quota);
    assert!((1..=4).contains(&refused), "one a slot at most: {refused}");
    assert_eq!(played.log.scheduled, 10 + refused);
}

/// Until the run controller notices the stop, slots get new messages: they were
/// never scheduled, and have no outcome.
#[test]
fn a_suspended_account_stops_the_run_and_drops_what_was_never_scheduled() {
    let mut scene = Scene {
        messages: 100,
        sessions: 3,
        hand_over: ms(500),
        ..closed()
    };
    scene.mock.paused = true;
    let played = scene.play();
    assert_eq!(played.stopped, Some(StopReason::AccountSuspended));
    assert_eq!(played.log.outcomes(), [Outcome::Rejected; 3]);
    assert_eq!(played.log.scheduled, 3);
    assert_eq!(played.connections, 3);
}

/// Nothing is sent, so the server needs no rest; the other slots need their turn.
#[test]
fn a_message_that_is_too_large_for_the_server_costs_a_millisecond() {
    let hello = [
        ("", "220 mx.example"),
        ("EHLO", "250-mx.example\r\n250 SIZE 10"),
    ];
    let played = Scene {
        closed: true,
        connect: Connect::Ahead,
        messages: 4,
        ..Scene::scripted(&Script::new(&hello))
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Rejected; 4]);
    assert_eq!(starts(&played.log), [0, 1, 2, 3]);
}
