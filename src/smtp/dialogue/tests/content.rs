//! Content that can't be sent completely, and the server's reply to it.

use super::talk::Talk;
use crate::smtp::{Step, StepFailure};
use crate::vocabulary::{Failure, Instant, Outcome, SocketFailure};

fn broken_pipe() -> StepFailure {
    let failure = Failure::Socket(SocketFailure::BrokenPipe);
    StepFailure::new(failure, "Broken pipe".to_owned())
}

#[test]
fn after_a_failed_write_the_server_reply_is_read() {
    let talk = Talk::at_content().fails(broken_pipe());
    assert_eq!(talk.dialogue.next(), Step::Receive);
    let talk = talk.server("552 Message is too long.");
    assert_eq!(talk.message(), (Outcome::Rejected, "Message is too long."));
    assert!(talk.told.all.contains("phase: Some(Body)"));
    assert_eq!(talk.failure(), Some(Outcome::Rejected));
}

#[test]
fn without_a_reply_the_first_failure_is_the_cause() {
    for second in [Failure::Closed, Failure::TimedOut] {
        let talk = Talk::at_content().fails(broken_pipe()).fails(second);
        assert_eq!(talk.message(), (Outcome::Lost, "Broken pipe"));
        assert_eq!(talk.failure(), Some(Outcome::Lost));
    }
}

#[test]
fn the_wait_for_that_reply_is_short() {
    let talk = Talk::at_content().fails(broken_pipe());
    let patience = talk.dialogue.deadline().since(talk.now);
    assert_eq!(patience, std::time::Duration::from_secs(2));
    assert_ne!(talk.dialogue.deadline(), Instant::NEVER);
}

/// The reason arrived together with the 354, in one read.
#[test]
fn a_reply_that_was_read_earlier_is_used() {
    let talk = Talk::at_mail()
        .client("MAIL FROM:<a@example.com>")
        .server("250 Ok")
        .client("RCPT TO:<b@example.com>")
        .server("250 Ok")
        .client("DATA")
        .server("354 Go on\r\n552 Message is too long.")
        .fails(broken_pipe());
    assert_eq!(talk.message(), (Outcome::Rejected, "Message is too long."));
}

#[test]
fn cut_off_before_the_dot_is_lost_and_after_it_unknown() {
    let talk = Talk::at_content().fails(Failure::Cut);
    assert_eq!(talk.message().0, Outcome::Lost);
    let talk = Talk::at_content()
        .client("Subject: s\r\n\r\nbody\r\n.")
        .fails(Failure::Cut);
    assert_eq!(talk.message().0, Outcome::Unknown);
}

#[test]
fn an_incomplete_reply_to_the_dot_does_not_count() {
    for half in [
        "2",
        "250",
        "250 Ok",
        "250 Ok\r",
        "250-Ok\r\n",
        "250-Ok\r\n25",
    ] {
        let talk = Talk::at_content()
            .client("Subject: s\r\n\r\nbody\r\n.")
            .server_bytes(half.as_bytes())
            .fails(Failure::Closed);
        assert_eq!(talk.message().0, Outcome::Unknown, "{half:?}");
    }
}

#[test]
fn throttling_and_quota_are_distinguished_by_their_text() {
    let answered = |line| {
        let talk = Talk::at_content()
            .client("Subject: s\r\n\r\nbody\r\n.")
            .server(line)
            .client("RSET")
            .server("250 Ok");
        assert_eq!(talk.dialogue.next(), Step::Ready, "the session goes on");
        talk.message().0
    };
    let rate = "454 Throttling failure: Maximum sending rate exceeded.";
    assert_eq!(answered(rate), Outcome::Throttled);
    let old = "454 Throttling failure: Maximum SigV2 SMTP sending rate exceeded.";
    assert_eq!(answered(old), Outcome::Throttled);
    let day = "454 Throttling failure: Daily message quota exceeded.";
    assert_eq!(answered(day), Outcome::Quota);
    assert_eq!(answered("454 Temporary service failure"), Outcome::Deferred);
    assert_eq!(answered("554 Message rejected"), Outcome::Rejected);
}

/// A server that stops reading without closing the connection, after its reply.
#[test]
fn at_the_time_out_a_reply_that_has_arrived_is_read() {
    let talk = Talk::at_content().fails(Failure::TimedOut);
    assert_eq!(talk.dialogue.next(), Step::Receive);
    assert_eq!(talk.dialogue.deadline(), talk.now);
    let talk = talk.server("552 Message is too long.");
    assert_eq!(talk.message(), (Outcome::Rejected, "Message is too long."));
    let talk = Talk::at_content()
        .fails(Failure::TimedOut)
        .fails(Failure::TimedOut);
    assert_eq!(talk.message(), (Outcome::Timeout, "no answer in time"));
}
