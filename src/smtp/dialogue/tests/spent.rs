//! Sessions that accept no more messages, whatever the server's reply to that.

use super::talk::{Talk, plain};
use crate::smtp::{Config, QUIT_TIMEOUT, Step};
use crate::vocabulary::{Failure, Outcome};

const MAIL: &str = "MAIL FROM:<a@example.com>";
const OPENSMTPD: &str = "452 4.5.3 Too many recipients: Too many messages sent";

/// A session that has sent a message and is about to send MAIL for another.
fn with_a_second() -> Talk {
    let mut talk = Talk::at_content()
        .client("Subject: s\r\n\r\nbody\r\n.")
        .server("250 Ok");
    talk.begin();
    talk
}

#[test]
fn a_refusal_of_mail_on_a_used_session_moves_the_message_to_the_next() {
    for line in [
        OPENSMTPD,
        "452 no more of you",
        "450 later",
        "503 enough",
        "550 5.5.0 limit reached",
        "554 Too many transactions",
        "530 Authentication required",
    ] {
        let mut talk = with_a_second()
            .client(MAIL)
            .server(line)
            .client("QUIT")
            .server("221 Bye");
        assert_eq!(talk.told.message, None, "{line}");
        let (_, text) = talk.told.session.clone().unwrap().unwrap();
        assert!(line.ends_with(&text), "{line}");
        assert!(talk.told.all.contains("phase: Some(Mail)"));
        assert!(talk.dialogue.holds_message());
        talk.told.session = None;
        talk.dialogue.open(talk.now, &mut talk.told);
        talk.dialogue.connected(talk.now, &mut talk.told);
        let talk = talk
            .server("220 mx.example")
            .client("EHLO client.example")
            .server("250 mx.example");
        assert_eq!(talk.sending(), format!("{MAIL}\r\n"));
    }
}

/// The message has been on two sessions by then, and moves no further.
#[test]
fn a_refusal_of_mail_on_a_fresh_session_ends_the_attempt() {
    let mut talk = with_a_second()
        .client(MAIL)
        .server(OPENSMTPD)
        .client("QUIT")
        .server("221 Bye");
    talk.told.session = None;
    talk.dialogue.open(talk.now, &mut talk.told);
    talk.dialogue.connected(talk.now, &mut talk.told);
    let talk = talk
        .server("220 mx.example")
        .client("EHLO client.example")
        .server("250 mx.example")
        .client(MAIL)
        .server(OPENSMTPD);
    let text = "Too many recipients: Too many messages sent";
    assert_eq!(talk.message(), (Outcome::Deferred, text));
    assert_eq!(talk.dialogue.next(), Step::Ready, "the session goes on");
    assert!(!talk.dialogue.mail_accepted());
}

#[test]
fn a_refusal_that_any_session_would_get_ends_the_attempt() {
    for (line, outcome) in [
        (
            "454 Throttling failure: Maximum sending rate exceeded.",
            Outcome::Throttled,
        ),
        (
            "454 Throttling failure: Daily message quota exceeded.",
            Outcome::Quota,
        ),
        (
            "554 Message rejected: Sending suspended for this account.",
            Outcome::Rejected,
        ),
        (
            "450 4.7.1 Error: too much mail from 192.0.2.1",
            Outcome::Deferred,
        ),
        ("451 Rate limit reached, slow down", Outcome::Deferred),
    ] {
        let talk = with_a_second().client(MAIL).server(line);
        assert_eq!(talk.message().0, outcome, "{line}");
        assert_eq!(talk.dialogue.next(), Step::Ready, "{line}");
    }
}

#[test]
fn the_replies_to_a_group_are_read_before_the_one_to_quit() {
    let config = Config {
        pipelining: true,
        ..plain()
    };
    let group = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA";
    let mut talk = Talk::connected(config)
        .server("220 mx.example")
        .client("EHLO client.example")
        .server("250-mx.example\r\n250 PIPELINING")
        .client(group)
        .server("250 Ok\r\n250 Ok\r\n354 Go on")
        .client("Subject: s\r\n\r\nbody\r\n.")
        .server("250 Ok");
    talk.begin();
    let talk = talk
        .client(group)
        .server(OPENSMTPD)
        .client("QUIT")
        .server("503 need MAIL\r\n503 need RCPT");
    assert_eq!(talk.dialogue.next(), Step::Receive);
    let talk = talk.server("221 Bye");
    assert_eq!(talk.failure(), Some(Outcome::Deferred));
    assert!(talk.dialogue.holds_message());
}

/// The message waits for that reply.
#[test]
fn the_wait_for_the_reply_to_quit_is_short() {
    let talk = with_a_second().client(MAIL).server(OPENSMTPD);
    let patience = talk.dialogue.deadline().since(talk.now);
    assert_eq!(patience, QUIT_TIMEOUT);
    for failure in [Failure::TimedOut, Failure::Closed] {
        let talk = with_a_second()
            .client(MAIL)
            .server(OPENSMTPD)
            .client("QUIT")
            .fails(failure);
        assert_eq!(talk.failure(), Some(Outcome::Deferred));
        assert_eq!(talk.told.message, None);
        assert!(talk.dialogue.holds_message());
    }
}

#[test]
fn a_message_whose_run_ends_between_two_sessions_ends_as_it_was_refused() {
    let talk = with_a_second()
        .client(MAIL)
        .server(OPENSMTPD)
        .fails(Failure::Cut);
    let text = "Too many recipients: Too many messages sent";
    assert_eq!(talk.message(), (Outcome::Deferred, text));
    assert!(!talk.dialogue.holds_message());
}
