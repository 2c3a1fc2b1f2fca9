//! MAIL, RCPT and DATA in one group, with servers that offer PIPELINING.

use super::ms;
use crate::simulated::scene::Played;
use crate::simulated::{Scene, Script};
use crate::vocabulary::{Outcome, Phase};

const OFFERED: [(&str, &str); 2] = [
    ("", "220 mx.example"),
    ("EHLO", "250-mx.example\r\n250 PIPELINING"),
];
const ACCEPTED: [(&str, &str); 5] = [
    ("MAIL", "250 Ok"),
    ("RCPT", "250 Ok"),
    ("RCPT", "250 Ok"),
    ("DATA", "354 Go on"),
    (".", "250 Ok"),
];
const BYE: [(&str, &str); 1] = [("QUIT", "221 Bye")];

fn told(messages: u64, steps: &[&[(&str, &str)]]) -> (Played, Vec<String>) {
    let script = Script::new(&steps.concat());
    let played = Scene {
        pipelining: true,
        recipients: 2,
        messages,
        rate: "1/s",
        ..Scene::scripted(&script)
    }
    .play();
    let heard = script.heard().borrow().clone();
    (played, heard)
}

#[test]
fn a_group_takes_one_round_trip() {
    let (played, _) = told(1, &[&OFFERED, &ACCEPTED, &BYE]);
    assert_eq!(played.log.outcomes(), [Outcome::Accepted]);
    for (phase, times) in [(Phase::Mail, 1), (Phase::Rcpt, 2), (Phase::Data, 1)] {
        assert_eq!(played.log.durations(phase), vec![ms(40); times]);
    }
    // Set-up 120 ms, group 40 ms, content 40 ms.
    assert_eq!(played.log.ended[0].response(), ms(200));
}

#[test]
fn without_an_offer_commands_go_one_by_one() {
    let plain = [("", "220 mx.example"), ("EHLO", "250 mx.example")];
    let (played, _) = told(1, &[&plain, &ACCEPTED, &BYE]);
    assert_eq!(played.log.outcomes(), [Outcome::Accepted]);
    assert_eq!(played.log.ended[0].response(), ms(120 + 5 * 40));
}

#[test]
fn a_refused_sender_ends_the_message_once_and_the_session_goes_on() {
    let refused = [
        ("MAIL", "550 Not you"),
        ("RCPT", "503 Need MAIL"),
        ("RCPT", "503 Need MAIL"),
        ("DATA", "503 Need MAIL"),
    ];
    let (played, heard) = told(2, &[&OFFERED, &refused, &ACCEPTED, &BYE]);
    assert_eq!(
        played.log.outcomes(),
        [Outcome::Rejected, Outcome::Accepted]
    );
    let why = &played.log.ended[0].why;
    assert_eq!(why.phase, Some(Phase::Mail));
    assert_eq!(why.text, "Not you");
    assert_eq!(heard.len(), 11, "no transaction was open: no RSET");
}

#[test]
fn refused_recipients_and_refused_data_are_left_by_rset() {
    let refused = [
        ("MAIL", "250 Ok"),
        ("RCPT", "250 Ok"),
        ("RCPT", "550 No such user"),
        ("DATA", "554 No"),
        ("RSET", "250 Ok"),
    ];
    let (played, _) = told(2, &[&OFFERED, &refused, &ACCEPTED, &BYE]);
    assert_eq!(
        played.log.outcomes(),
        [Outcome::Rejected, Outcome::Accepted]
    );
    assert_eq!(played.log.ended[0].why.phase, Some(Phase::Rcpt));
}

/// The server expects content for the recipient that it accepted: unless the client
/// closes the connection, an empty message would be delivered.
#[test]
fn a_354_after_a_refused_recipient_is_answered_by_hanging_up() {
    let refused = [
        ("MAIL", "250 Ok"),
        ("RCPT", "250 Ok"),
        ("RCPT", "550 No such user"),
        ("DATA", "354 Go on"),
        (".", "250 Delivered"),
    ];
    let (played, heard) = told(1, &[&OFFERED, &refused]);
    assert_eq!(played.log.outcomes(), [Outcome::Rejected]);
    assert_eq!(heard.len(), 5, "nothing follows DATA: {heard:?}");
    assert_eq!(heard[4], "DATA");
}

#[test]
fn a_session_that_is_closed_within_a_group_ends_the_message_once() {
    for answered in 2..6 {
        let steps = [OFFERED.as_slice(), &ACCEPTED].concat();
        let script = Script::new(&steps[..=answered]).closing();
        let played = Scene {
            pipelining: true,
            recipients: 2,
            ..Scene::scripted(&script)
        }
        .play();
        let expected = match answered {
            5 => Outcome::Unknown,
            _ => Outcome::Lost,
        };
        assert_eq!(played.log.outcomes(), [expected], "{answered}");
    }
}
