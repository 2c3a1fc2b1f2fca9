//! Limits of SES: rate, daily quota, idle time, messages and recipients, sizes.

use sesbench_mock::settings::Settings;

use super::ms;
use crate::dispatch::Connect;
use crate::simulated::{Scene, Script};
use crate::vocabulary::{Outcome, Phase};

/// Sessions opened ahead, to a mock with these settings.
fn limited(change: impl FnOnce(&mut Settings)) -> Scene {
    let mut scene = Scene {
        connect: Connect::Ahead,
        ..Scene::default()
    };
    change(&mut scene.mock);
    scene
}

/// In tenths of a token: 50 at first, 5 more every 100 ms, 10 for a message.
fn admitted_of_a_bucket(messages: usize) -> Vec<Outcome> {
    let mut tokens = 50;
    let each = (0..messages).map(|message| {
        if message > 0 {
            tokens = 50.min(tokens + 5);
        }
        match tokens >= 10 {
            true => {
                tokens -= 10;
                Outcome::Accepted
            }
            false => Outcome::Throttled,
        }
    });
    each.collect()
}

#[test]
fn twice_the_rate_is_throttled_as_the_token_bucket_says() {
    let scene = limited(|mock| {
        mock.rate = Some(5.0);
        mock.burst = Some(5.0);
    });
    let played = Scene {
        sessions: 4,
        messages: 60,
        ..scene
    }
    .play();
    assert_eq!(played.log.outcomes(), admitted_of_a_bucket(60));
    assert_eq!(played.mock.throttled, played.log.count(Outcome::Throttled));
    let throttled = played
        .log
        .ended
        .iter()
        .find(|ended| ended.why.code == Some(454));
    let why = &throttled.unwrap().why;
    assert_eq!(why.phase, Some(Phase::Accept));
    assert_eq!(
        why.text,
        "Throttling failure: Maximum sending rate exceeded."
    );
    assert_eq!(played.connections, 4, "a 454 costs no session");
}

#[test]
fn a_spent_day_is_told_from_a_rate() {
    let scene = limited(|mock| mock.daily = Some(3));
    let played = Scene {
        messages: 5,
        ..scene
    }
    .play();
    let (accepted, quota) = (Outcome::Accepted, Outcome::Quota);
    assert_eq!(
        played.log.outcomes(),
        [accepted, accepted, accepted, quota, quota]
    );
}

#[test]
fn an_idle_session_is_closed_after_ten_seconds_and_that_costs_a_reconnect() {
    let played = Scene {
        messages: 3,
        rate: "4/min",
        ..limited(|_| {})
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 3]);
    assert_eq!(played.connections, 3);
    let failures = played.log.failures();
    assert_eq!(failures.len(), 2);
    for (outcome, why) in failures {
        assert_eq!(*outcome, Outcome::Deferred);
        assert_eq!((why.phase, why.code), (None, Some(451)));
    }
    for ended in &played.log.ended {
        assert_eq!(
            ended.response(),
            ms(160),
            "the reconnect is on no message's clock"
        );
    }
}

/// The 451 is in flight when MAIL is sent, and is read as the reply to MAIL.
#[test]
fn mail_that_crosses_the_idle_time_out_is_sent_again_by_the_next_session() {
    let scene = limited(|mock| mock.idle_timeout = ms(9_850));
    let played = Scene {
        messages: 2,
        rate: "6/min",
        ..scene
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 2]);
    assert_eq!(played.connections, 2);
    let story = &played.log.story;
    let attempts = story.iter().filter(|line| *line == "attempt 1").count();
    assert_eq!(attempts, 1, "a reconnect is not an attempt");
    // 10 ms until the 451 is read, 280 ms to reconnect, 160 ms for the message.
    assert_eq!(played.log.ended[1].response(), ms(450));
}

#[test]
fn a_421_after_so_many_messages_costs_a_reconnect_and_no_message() {
    let scene = limited(|mock| mock.messages_per_session = Some(2));
    let played = Scene {
        messages: 5,
        rate: "1/s",
        ..scene
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 5]);
    assert_eq!(played.connections, 3);
    for (outcome, why) in played.log.failures() {
        assert_eq!(*outcome, Outcome::Deferred);
        assert_eq!((why.phase, why.code), (Some(Phase::Mail), Some(421)));
    }
}

/// OpenSMTPD sends 452 and keeps the session open.
#[test]
fn a_refusal_of_mail_after_so_many_messages_costs_a_reconnect_and_no_message() {
    let hello = [("", "220 mx.example"), ("EHLO", "250 mx.example")];
    let message = [
        ("MAIL", "250 Ok"),
        ("RCPT", "250 Ok"),
        ("DATA", "354 Go on"),
        (".", "250 Ok"),
    ];
    let spent = [
        (
            "MAIL",
            "452 4.5.3 Too many recipients: Too many messages sent",
        ),
        ("QUIT", "221 Bye"),
    ];
    let full = Script::new(&[&hello[..], &message, &message, &spent].concat()).closing();
    let last = Script::new(&[&hello[..], &message, &[("QUIT", "221 Bye")]].concat());
    let played = Scene {
        messages: 5,
        rate: "1/s",
        scripts: vec![full.clone(), full.clone(), last.clone()],
        ..Scene::scripted(&full)
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 5]);
    assert_eq!(played.connections, 3);
    assert_eq!(played.log.failures().len(), 2);
    for (outcome, why) in played.log.failures() {
        assert_eq!(*outcome, Outcome::Deferred);
        assert_eq!((why.phase, why.code), (Some(Phase::Mail), Some(452)));
    }
    // MAIL, QUIT, connect, banner, EHLO and the message, in round trips of 40 ms.
    assert_eq!(played.log.ended[2].response(), ms((2 + 3 + 4) * 40));
}

#[test]
fn the_server_s_own_mailmax_ends_sessions_by_quit_like_ours() {
    let hello = [
        ("", "220 mx.example"),
        ("EHLO", "250-mx.example\r\n250 LIMITS MAILMAX=2 RCPTMAX=100"),
    ];
    let message = [
        ("MAIL", "250 Ok"),
        ("RCPT", "250 Ok"),
        ("DATA", "354 Go on"),
        (".", "250 Ok"),
    ];
    let quit = [("QUIT", "221 Bye")];
    let full = Script::new(&[&hello[..], &message, &message, &quit].concat()).closing();
    let last = Script::new(&[&hello[..], &message, &quit].concat());
    for asked in [None, Some(7)] {
        let played = Scene {
            messages: 5,
            messages_per_session: asked,
            rate: "1/s",
            scripts: vec![full.clone(), full.clone(), last.clone()],
            ..Scene::scripted(&full)
        }
        .play();
        assert_eq!(played.log.outcomes(), [Outcome::Accepted; 5]);
        assert_eq!(played.connections, 3);
        assert!(played.log.failures().is_empty());
    }
}

#[test]
fn our_own_limit_of_messages_ends_sessions_by_quit() {
    let played = Scene {
        messages: 5,
        messages_per_session: Some(2),
        ..limited(|_| {})
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 5]);
    assert_eq!(played.connections, 3);
    assert!(played.log.failures().is_empty());
    assert_eq!(played.log.durations(Phase::Quit).len(), 3);
}

#[test]
fn credentials_that_are_refused_are_the_outcome_auth() {
    let played = Scene {
        wrong_password: true,
        ..Scene::default()
    }
    .play();
    let ended = &played.log.ended[0];
    assert_eq!(ended.outcome, Outcome::Auth);
    assert_eq!(
        (ended.why.phase, ended.why.code),
        (Some(Phase::Auth), Some(535))
    );
    assert_eq!(ended.why.text, "Authentication Credentials Invalid");
    assert!(played.log.setups.is_empty());
}

/// Each is refused after the dot, and the session continues.
#[test]
fn policy_is_refused_after_the_dot() {
    type Change = fn(&mut Settings);
    let refusals: [(Change, u16, &str); 3] = [
        (
            |mock| mock.max_message_size = 100,
            552,
            "Message is too long.",
        ),
        (
            |mock| mock.max_recipients = 2,
            554,
            "Transaction failed: Recipient count exceeds 2.",
        ),
        (
            |mock| mock.unverified = vec!["sender@example.com".to_owned()],
            554,
            "Message rejected: Email address is not verified. The following identities \
             failed the check in region US-EAST-1: sender@example.com",
        ),
    ];
    for (change, code, text) in refusals {
        let played = Scene {
            messages: 2,
            recipients: 3,
            size: 200,
            ..limited(change)
        }
        .play();
        assert_eq!(played.log.outcomes(), [Outcome::Rejected; 2]);
        assert_eq!(played.connections, 1);
        let why = &played.log.ended[0].why;
        assert_eq!((why.phase, why.code), (Some(Phase::Accept), Some(code)));
        assert_eq!(why.text, text);
    }
}

#[test]
fn a_server_that_closes_after_a_refusal_costs_a_reconnect() {
    let scene = limited(|mock| {
        mock.max_message_size = 100;
        mock.open_after_refusal = false;
    });
    let played = Scene {
        messages: 2,
        size: 200,
        rate: "1/s",
        ..scene
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Rejected; 2]);
    assert!(played.connections >= 2);
}

#[test]
fn one_connection_too_many_is_tried_again_and_no_message_is_harmed() {
    let scene = limited(|mock| mock.max_connections = Some(1));
    let played = Scene {
        messages: 5,
        sessions: 2,
        rate: "5/s",
        ..scene
    }
    .play();
    assert_eq!(played.log.outcomes(), [Outcome::Accepted; 5]);
    let (outcome, why) = played.log.failures()[0];
    assert_eq!(*outcome, Outcome::Deferred);
    assert_eq!((why.phase, why.code), (Some(Phase::Banner), Some(421)));
}
