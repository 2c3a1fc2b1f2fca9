//! Messages beyond the limits that the server declares in its reply to EHLO.

use super::talk::{Talk, plain};
use crate::smtp::Step;
use crate::vocabulary::Outcome;

/// A session with a message, to a server that declares this extension.
fn declared(line: &str) -> Talk {
    Talk::connected(plain())
        .server("220 mx.example")
        .client("EHLO client.example")
        .server(&format!("250-mx.example\r\n250 {line}"))
}

#[test]
fn a_message_above_the_size_is_not_sent_and_one_at_it_is() {
    // "Subject: s", an empty line and "body", with their line ends.
    let talk = declared("SIZE 20");
    assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
    let talk = declared("SIZE 19");
    let text = "message of 20 bytes is larger than the server's SIZE 19 (RFC 1870)";
    assert_eq!(talk.message(), (Outcome::Rejected, text));
    assert!(talk.told.all.contains("phase: Some(Mail)"));
    assert!(!talk.told.all.contains("TransactionStarted"));
    assert_eq!(talk.dialogue.next(), Step::Ready, "the session goes on");
    assert!(!talk.dialogue.mail_accepted());
}

#[test]
fn a_size_of_0_or_without_a_number_is_no_limit() {
    for line in ["SIZE", "SIZE 0"] {
        let talk = declared(line);
        assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n", "{line}");
    }
}

/// A second message, to these recipients.
fn to(talk: &mut Talk, recipients: &[&str]) {
    talk.told.message = None;
    let outgoing = talk.dialogue.outgoing();
    outgoing.start("a@example.com");
    for recipient in recipients {
        outgoing.recipient(recipient);
    }
    let ticket = crate::vocabulary::Ticket::new(1, talk.now);
    talk.dialogue.begin(ticket, talk.now, &mut talk.told);
}

fn accepted(line: &str) -> Talk {
    declared(line)
        .client("MAIL FROM:<a@example.com>")
        .server("250 Ok")
        .client("RCPT TO:<b@example.com>")
        .server("250 Ok")
        .client("DATA")
        .server("354 Go on")
        .client("Subject: s\r\n\r\nbody\r\n.")
        .server("250 Ok")
}

#[test]
fn more_recipients_than_the_server_takes_are_not_tried() {
    let mut talk = accepted("LIMITS RCPTMAX=1");
    to(&mut talk, &["b@example.com", "c@example.com"]);
    let text = "message to 2 recipients exceeds the server's RCPTMAX 1 (RFC 9422)";
    assert_eq!(talk.message(), (Outcome::Rejected, text));
    assert_eq!(talk.dialogue.next(), Step::Ready);
}

#[test]
fn a_domain_beyond_the_limit_of_the_session_moves_to_the_next_session() {
    let mut talk = accepted("LIMITS RCPTDOMAINMAX=1");
    to(&mut talk, &["c@EXAMPLE.com", "d@Example.com"]);
    assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
    let mut talk = accepted("LIMITS RCPTDOMAINMAX=1");
    to(&mut talk, &["b@example.org"]);
    let mut talk = talk.client("QUIT").server("221 Bye");
    assert_eq!(talk.failure(), None, "as we wished");
    assert!(talk.dialogue.holds_message());
    talk.told.session = None;
    talk.dialogue.open(talk.now, &mut talk.told);
    talk.dialogue.connected(talk.now, &mut talk.told);
    let talk = talk
        .server("220 mx.example")
        .client("EHLO client.example")
        .server("250-mx.example\r\n250 LIMITS RCPTDOMAINMAX=1");
    assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
}

#[test]
fn more_domains_than_any_session_may_have_are_not_tried() {
    let mut talk = accepted("LIMITS RCPTDOMAINMAX=1");
    to(&mut talk, &["b@example.com", "b@example.org"]);
    let text = "message to recipients in 2 domains exceeds the server's RCPTDOMAINMAX 1 (RFC 9422)";
    assert_eq!(talk.message(), (Outcome::Rejected, text));
}
