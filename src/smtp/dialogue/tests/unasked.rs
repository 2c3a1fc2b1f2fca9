//! Unsolicited replies, and sessions that the server has closed.

use std::time::Duration;

use super::talk::Talk;
use crate::smtp::Step;
use crate::vocabulary::{Failure, Outcome, SocketFailure};

const IDLE: &str = "451 4.4.2 Timeout waiting for data from client.";

/// A session that has sent a message and is ready for another.
fn rested() -> Talk {
    Talk::at_content()
        .client("Subject: s\r\n\r\nbody\r\n.")
        .server("250 Ok")
}

#[test]
fn the_reply_that_ends_an_idle_session_is_reported() {
    for line in [IDLE, "421 Bye"] {
        let talk = rested().server(line);
        assert_eq!(talk.failure(), Some(Outcome::Deferred), "{line}");
        assert!(!talk.dialogue.holds_message());
    }
}

#[test]
fn any_other_unsolicited_reply_is_a_protocol_error() {
    let talk = rested().server("250 Ok");
    assert_eq!(talk.failure(), Some(Outcome::Lost));
}

#[test]
fn a_message_for_a_session_that_was_ending_stays_for_the_next() {
    for line in [IDLE, "421 Maximum message count per session reached."] {
        let mut talk = rested();
        talk.begin();
        let mut talk = talk.client("MAIL FROM:<a@example.com>").server(line);
        assert_eq!(talk.told.message, None, "{line}");
        assert_eq!(talk.failure(), Some(Outcome::Deferred));
        assert!(talk.dialogue.holds_message());
        talk.told.session = None;
        talk.dialogue.open(talk.now, &mut talk.told);
        assert_eq!(talk.dialogue.next(), Step::Connect);
    }
}

#[test]
fn a_421_to_the_first_mail_of_a_fresh_session_ends_the_attempt() {
    let talk = Talk::at_mail()
        .client("MAIL FROM:<a@example.com>")
        .server("421 Not now");
    assert_eq!(talk.message(), (Outcome::Deferred, "Not now"));
    assert!(!talk.dialogue.holds_message());
}

#[test]
fn a_connection_lost_while_idle_fails_no_message() {
    for failure in [Failure::Closed, Failure::Socket(SocketFailure::Reset)] {
        let mut talk = rested();
        talk.now = talk.now + Duration::from_secs(9);
        talk.begin();
        let talk = talk.client("MAIL FROM:<a@example.com>").fails(failure);
        assert_eq!(talk.told.message, None);
        assert!(talk.dialogue.holds_message());
    }
}

#[test]
fn a_message_that_waits_for_a_session_that_never_comes_is_lost() {
    let mut talk = rested();
    talk.begin();
    let talk = talk.client("MAIL FROM:<a@example.com>").server(IDLE);
    let talk = talk.fails(Failure::Cut);
    assert_eq!(talk.message().0, Outcome::Lost);
    assert!(!talk.dialogue.holds_message());
}

#[test]
fn a_session_carries_nothing_over_to_the_next() {
    let mut talk = Talk::connected(super::plain())
        .server_bytes(b"220-mx.example\r\n220-half a ")
        .fails(Failure::Closed);
    assert_eq!(talk.message().0, Outcome::Lost);
    talk.told.session = None;
    talk.begin();
    talk.dialogue.open(talk.now, &mut talk.told);
    talk.dialogue.connected(talk.now, &mut talk.told);
    let talk = talk.server("220 mx.example");
    assert_eq!(talk.sending(), "EHLO client.example\r\n");
}
