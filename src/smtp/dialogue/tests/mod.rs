//! The dialogue, line by line. The simulated world tests whole sessions with
//! their exact times.

mod content;
mod helo;
mod limits;
mod login;
mod spent;
mod talk;
mod unasked;

use talk::{Talk, plain};

use super::Config;
use crate::smtp::{Step, TlsMode};
use crate::vocabulary::Outcome;

#[test]
fn a_message_in_plaintext() {
    let mut talk = Talk::at_content()
        .client("Subject: s\r\n\r\nbody\r\n.")
        .server("250 2.0.0 Queued");
    assert_eq!(talk.message(), (Outcome::Accepted, "Queued"));
    assert_eq!(talk.dialogue.next(), Step::Ready);
    talk.dialogue.quit(talk.now);
    let talk = talk.client("QUIT").server("221 Bye");
    assert_eq!(talk.failure(), None);
}

#[test]
fn starttls_is_followed_by_handshake_and_a_second_ehlo() {
    let config = Config {
        tls: TlsMode::Starttls,
        ..plain()
    };
    let mut talk = Talk::connected(config)
        .server("220 mx.example")
        .client("EHLO client.example")
        .server("250-mx.example\r\n250 STARTTLS")
        .client("STARTTLS")
        .server("220 Go on");
    assert_eq!(talk.dialogue.next(), Step::Secure);
    talk.dialogue.secured(talk.now, &mut talk.told);
    let talk = talk.client("EHLO client.example").server("250 mx.example");
    assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
}

#[test]
fn the_wrapper_is_secured_at_once() {
    let config = Config {
        tls: TlsMode::Wrapper,
        ..plain()
    };
    let mut talk = Talk::connected(config);
    assert_eq!(talk.dialogue.next(), Step::Secure);
    talk.dialogue.secured(talk.now, &mut talk.told);
    assert_eq!(talk.dialogue.next(), Step::Receive);
}

#[test]
fn starttls_that_is_refused_is_not_followed_by_plaintext() {
    let config = Config {
        tls: TlsMode::Starttls,
        ..plain()
    };
    let talk = Talk::connected(config)
        .server("220 mx.example")
        .client("EHLO client.example")
        .server("250-mx.example\r\n250 STARTTLS")
        .client("STARTTLS")
        .server("454 TLS not available");
    assert_eq!(talk.message(), (Outcome::Deferred, "TLS not available"));
    assert_eq!(talk.failure(), Some(Outcome::Deferred));
}

#[test]
fn a_banner_that_refuses_is_a_loss() {
    let talk = Talk::connected(plain()).server("554 No service");
    assert_eq!(talk.message(), (Outcome::Lost, "No service"));
    assert_eq!(talk.failure(), Some(Outcome::Lost));
}

#[test]
fn a_banner_that_is_not_smtp_is_reported() {
    let talk = Talk::connected(plain()).server("SSH-2.0-OpenSSH_9.6");
    let (outcome, text) = talk.message();
    assert_eq!(outcome, Outcome::Lost);
    assert_eq!(text, "not an SMTP reply: `SSH-2.0-OpenSSH_9.6`");
}
