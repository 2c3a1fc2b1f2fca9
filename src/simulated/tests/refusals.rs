//! Servers that refuse, reply too much, or violate the protocol.

use crate::simulated::scene::Played;
use crate::simulated::{Scene, Script};
use crate::vocabulary::{Outcome, Phase};

const HELLO: [(&str, &str); 2] = [("", "220 mx.example"), ("EHLO", "250 mx.example")];
const MESSAGE: [(&str, &str); 4] = [
    ("MAIL", "250 Ok"),
    ("RCPT", "250 Ok"),
    ("DATA", "354 Go on"),
    (".", "250 Ok"),
];
const BYE: [(&str, &str); 1] = [("QUIT", "221 Bye")];

/// Sends one message per second to a scripted server, and checks that the script ran
/// to its last step.
fn told(messages: u64, steps: &[&[(&str, &str)]]) -> Played {
    let steps = steps.concat();
    let script = Script::new(&steps);
    let played = Scene {
        messages,
        rate: "1/s",
        ..Scene::scripted(&script)
    }
    .play();
    let expected = steps.iter().filter(|(expected, _)| !expected.is_empty());
    assert_eq!(script.heard().borrow().len(), expected.count());
    played
}

#[test]
fn a_refused_recipient_is_followed_by_rset_and_the_session_goes_on() {
    let refused = [
        ("MAIL", "250 Ok"),
        ("RCPT", "550 5.1.1 No such user"),
        ("RSET", "250 Ok"),
    ];
    let played = told(2, &[&HELLO, &refused, &MESSAGE, &BYE]);
    assert_eq!(
        played.log.outcomes(),
        [Outcome::Rejected, Outcome::Accepted]
    );
    let why = &played.log.ended[0].why;
    assert_eq!((why.phase, why.code), (Some(Phase::Rcpt), Some(550)));
    assert_eq!(why.text, "No such user");
    assert_eq!(played.log.durations(Phase::Rset).len(), 1);
    assert_eq!(played.connections, 1);
}

#[test]
fn a_refused_sender_needs_no_rset() {
    let refused = [("MAIL", "452 Try later")];
    let played = told(2, &[&HELLO, &refused, &MESSAGE, &BYE]);
    assert_eq!(
        played.log.outcomes(),
        [Outcome::Deferred, Outcome::Accepted]
    );
    assert_eq!(played.connections, 1);
}

/// Servers that count commands without a message close the session at a limit.
#[test]
fn a_session_whose_transactions_are_refused_time_and_again_ends_before_the_server_ends_it() {
    let refused = [
        ("MAIL", "250 Ok"),
        ("RCPT", "550 5.1.1 No such user"),
        ("RSET", "250 Ok"),
    ];
    let mut steps = HELLO.to_vec();
    for _ in 0..9 {
        steps.extend(refused);
    }
    // Instead of the tenth RSET.
    steps.extend([refused[0], refused[1], BYE[0]]);
    let first = Script::new(&steps).closing();
    let second = Script::new(&[&HELLO[..], &MESSAGE, &BYE].concat());
    let played = Scene {
        messages: 11,
        rate: "1/s",
        scripts: vec![first.clone(), second.clone()],
        ..Scene::scripted(&first)
    }
    .play();
    assert_eq!(first.heard().borrow().len(), steps.len() - 1);
    assert_eq!(played.log.count(Outcome::Rejected), 10);
    assert_eq!(played.log.count(Outcome::Accepted), 1);
    assert_eq!(played.connections, 2);
    assert_eq!(played.log.failures().len(), 0, "the session ended by QUIT");
}

#[test]
fn a_message_that_gets_as_far_as_the_dot_starts_the_count_again() {
    let refused = [
        ("MAIL", "250 Ok"),
        ("RCPT", "550 5.1.1 No such user"),
        ("RSET", "250 Ok"),
    ];
    let mut steps = HELLO.to_vec();
    for _ in 0..4 {
        for _ in 0..9 {
            steps.extend(refused);
        }
        steps.extend(MESSAGE);
    }
    let played = told(40, &[&steps, &BYE]);
    assert_eq!(played.log.count(Outcome::Rejected), 36);
    assert_eq!(played.connections, 1);
}

#[test]
fn refused_data_is_followed_by_rset() {
    let refused = [
        ("MAIL", "250 Ok"),
        ("RCPT", "250 Ok"),
        ("DATA", "554 No valid recipients"),
        ("RSET", "250 Ok"),
    ];
    let played = told(2, &[&HELLO, &refused, &MESSAGE, &BYE]);
    assert_eq!(
        played.log.outcomes(),
        [Outcome::Rejected, Outcome::Accepted]
    );
    assert_eq!(played.log.ended[0].why.phase, Some(Phase::Data));
}

/// Otherwise a server that keeps the transaction open would refuse the next one.
#[test]
fn a_refused_dot_is_followed_by_rset() {
    let mut refused = MESSAGE.to_vec();
    refused[3].1 = "451 4.3.0 Not now";
    refused.push(("RSET", "250 Ok"));
    let played = told(2, &[&HELLO, &refused, &MESSAGE, &BYE]);
    assert_eq!(
        played.log.outcomes(),
        [Outcome::Deferred, Outcome::Accepted]
    );
    assert_eq!(played.log.ended[0].why.phase, Some(Phase::Accept));
    assert_eq!(played.connections, 1);
}

#[test]
fn a_421_at_any_point_ends_message_and_session() {
    let dialogue = [HELLO.as_slice(), &MESSAGE].concat();
    let phases = [
        Phase::Banner,
        Phase::Ehlo,
        Phase::Mail,
        Phase::Rcpt,
        Phase::Data,
        Phase::Accept,
    ];
    for (at, phase) in phases.into_iter().enumerate() {
        let mut steps = dialogue[..=at].to_vec();
        steps[at].1 = "421 Service not available";
        let played = told(1, &[&steps]);
        let ended = &played.log.ended[0];
        assert_eq!(ended.outcome, Outcome::Deferred, "{}", phase.name());
        assert_eq!((ended.why.phase, ended.why.code), (Some(phase), Some(421)));
        assert_eq!(played.log.failures().len(), 1);
    }
}

#[test]
fn starttls_that_is_not_offered_is_an_error_and_nothing_more_is_said() {
    let script = Script::new(&HELLO);
    let played = Scene {
        tls: crate::smtp::TlsMode::Starttls,
        ..Scene::scripted(&script)
    }
    .play();
    let ended = &played.log.ended[0];
    assert_eq!(ended.outcome, Outcome::Lost);
    assert_eq!(ended.why.phase, Some(Phase::Starttls));
    assert!(ended.why.text.starts_with("STARTTLS is not offered"));
    assert_eq!(*script.heard().borrow(), ["EHLO client.example"]);
}

#[test]
fn plaintext_behind_the_220_of_starttls_ends_the_session() {
    for injected in ["220 Ready\r\n250 evil", "220 Ready\r\n2"] {
        let steps = [
            ("", "220 mx.example"),
            ("EHLO", "250-mx.example\r\n250 STARTTLS"),
            ("STARTTLS", injected),
        ];
        let script = Script::new(&steps);
        let played = Scene {
            tls: crate::smtp::TlsMode::Starttls,
            ..Scene::scripted(&script)
        }
        .play();
        let ended = &played.log.ended[0];
        assert_eq!(ended.outcome, Outcome::Lost);
        assert_eq!(ended.why.phase, Some(Phase::Starttls));
        assert!(ended.why.text.starts_with("plaintext behind"));
    }
}

/// The dot was sent: even after a 354 there, the message may be delivered.
#[test]
fn an_answer_to_the_dot_that_is_none_leaves_it_unknown() {
    for answer in ["354 Go on", "what?"] {
        let mut steps = MESSAGE;
        steps[3].1 = answer;
        let played = told(1, &[&HELLO, &steps]);
        assert_eq!(played.log.outcomes(), [Outcome::Unknown], "{answer}");
        assert_eq!(played.log.failures().len(), 1);
    }
}

/// A reply sent before the dot cannot be the reply to the dot.
#[test]
fn a_250_that_comes_with_the_354_accepts_nothing() {
    let mut steps = MESSAGE;
    steps[2].1 = "354 Go on\r\n250 Ok";
    let played = told(1, &[&HELLO, &steps]);
    assert_eq!(played.log.outcomes(), [Outcome::Unknown]);
}

#[test]
fn a_552_that_comes_with_the_354_refuses() {
    let mut steps = MESSAGE;
    steps[2].1 = "354 Go on\r\n552 Too long";
    steps[3].1 = "";
    let played = told(1, &[&HELLO, &steps, &[("RSET", "250 Ok")], &BYE]);
    assert_eq!(played.log.outcomes(), [Outcome::Rejected]);
    assert_eq!(played.log.ended[0].why.code, Some(552));
}
