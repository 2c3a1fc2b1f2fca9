//! AUTH, and its secrets.

use super::talk::{Talk, login};
use crate::smtp::{Mechanism, Step};
use crate::vocabulary::Outcome;

/// base64 of `\0user\0pass`.
const PLAIN: &str = "AHVzZXIAcGFzcw==";

fn greeted(mechanism: Mechanism, initial_response: bool, offer: &str) -> Talk {
    Talk::connected(login(mechanism, initial_response))
        .server("220 mx.example")
        .client("EHLO client.example")
        .server(&format!("250-mx.example\r\n250 {offer}"))
}

#[test]
fn plain_is_sent_as_initial_response() {
    let talk = greeted(Mechanism::Plain, true, "AUTH PLAIN LOGIN")
        .client(&format!("AUTH PLAIN {PLAIN}"))
        .server("235 Welcome");
    assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
}

#[test]
fn plain_waits_for_a_challenge() {
    let talk = greeted(Mechanism::Plain, false, "AUTH PLAIN")
        .client("AUTH PLAIN")
        .server("334 ")
        .client(PLAIN)
        .server("235 Welcome");
    assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
}

#[test]
fn login_answers_two_challenges() {
    let talk = greeted(Mechanism::Login, true, "AUTH=LOGIN")
        .client("AUTH LOGIN")
        .server("334 VXNlcm5hbWU6")
        .client("dXNlcg==")
        .server("334 UGFzc3dvcmQ6")
        .client("cGFzcw==")
        .server("235 Welcome");
    assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
}

#[test]
fn a_refused_login_is_reported_without_its_secret() {
    let talk = greeted(Mechanism::Plain, true, "AUTH PLAIN")
        .client(&format!("AUTH PLAIN {PLAIN}"))
        .server("535 Authentication Credentials Invalid");
    assert!(!talk.told.all.contains(PLAIN));
    assert_eq!(
        talk.message(),
        (Outcome::Auth, "Authentication Credentials Invalid")
    );
    assert_eq!(talk.failure(), Some(Outcome::Auth));
}

#[test]
fn data_to_be_sent_in_auth_is_marked_and_masked() {
    let talk = greeted(Mechanism::Plain, true, "AUTH PLAIN");
    let Step::Send { sensitive, .. } = talk.dialogue.next() else {
        panic!("AUTH is sent");
    };
    assert!(sensitive);
    let bytes = format!("{:?}", PLAIN.as_bytes());
    let bytes = bytes.trim_matches(['[', ']']);
    for shown in [
        format!("{:?}", talk.dialogue),
        format!("{:?}", talk.dialogue.next()),
    ] {
        assert!(!shown.contains(PLAIN) && !shown.contains(bytes));
    }
}

#[test]
fn a_mechanism_that_is_not_offered_is_not_tried() {
    let talk = greeted(Mechanism::Login, true, "AUTH PLAIN CRAM-MD5");
    let text = "AUTH LOGIN is not offered by the server; it offers PLAIN, CRAM-MD5";
    assert_eq!(talk.message(), (Outcome::Lost, text));
    let talk = greeted(Mechanism::Plain, true, "8BITMIME");
    let text = "credentials are given, and the server offers no AUTH";
    assert_eq!(talk.message(), (Outcome::Lost, text));
}

#[test]
fn an_extra_challenge_ends_the_session() {
    let talk = greeted(Mechanism::Plain, true, "AUTH PLAIN")
        .client(&format!("AUTH PLAIN {PLAIN}"))
        .server("334 More");
    assert_eq!(talk.message(), (Outcome::Lost, "More"));
}

#[test]
fn a_transient_failure_of_auth_is_deferred() {
    let talk = greeted(Mechanism::Plain, true, "AUTH PLAIN")
        .client(&format!("AUTH PLAIN {PLAIN}"))
        .server("454 Temporary authentication failure");
    assert_eq!(talk.failure(), Some(Outcome::Deferred));
}
