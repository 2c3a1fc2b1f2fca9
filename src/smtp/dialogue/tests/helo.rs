//! Servers that do not know EHLO.

use std::time::Duration;

use super::talk::{Talk, login, plain};
use crate::smtp::{Config, Mechanism, TlsMode};
use crate::vocabulary::{Instant, Outcome};

const UNKNOWN: [&str; 2] = ["500 What?", "502 5.5.1 Not implemented"];

#[test]
fn an_unknown_ehlo_is_followed_by_helo() {
    for unknown in UNKNOWN {
        let talk = Talk::connected(plain())
            .server("220 mx.example")
            .client("EHLO client.example")
            .server(unknown)
            .client("HELO client.example")
            .server("250-mx.example\r\n250 PIPELINING");
        assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
        assert!(
            !talk.dialogue.capabilities().pipelining,
            "HELO offers nothing"
        );
        assert_eq!(talk.dialogue.capabilities().lines[0], "mx.example");
        // One phase for both commands, with two replies a second apart.
        let began = format!("began: {:?}", Instant::ORIGIN + Duration::from_secs(1));
        let ehlo: Vec<_> = talk.told.all.lines().collect();
        let ehlo = ehlo.iter().filter(|line| line.contains("phase: Ehlo"));
        let ehlo: Vec<_> = ehlo.collect();
        assert_eq!(ehlo.len(), 1, "{ehlo:#?}");
        assert!(ehlo[0].contains(&began), "{ehlo:#?}");
    }
}

#[test]
fn helo_is_enough_after_the_handshake_of_the_wrapper() {
    let config = Config {
        tls: TlsMode::Wrapper,
        ..plain()
    };
    let mut talk = Talk::connected(config);
    talk.dialogue.secured(talk.now, &mut talk.told);
    let talk = talk
        .server("220 mx.example")
        .client("EHLO client.example")
        .server(UNKNOWN[1])
        .client("HELO client.example")
        .server("250 mx.example");
    assert_eq!(talk.sending(), "MAIL FROM:<a@example.com>\r\n");
}

#[test]
fn without_ehlo_a_required_tls_or_login_is_reported_as_missing() {
    let starttls = Config {
        tls: TlsMode::Starttls,
        ..plain()
    };
    for (config, needs) in [
        (starttls, "STARTTLS (RFC 3207)"),
        (login(Mechanism::Plain, true), "AUTH (RFC 4954)"),
    ] {
        let talk = Talk::connected(config)
            .server("220 mx.example")
            .client("EHLO client.example")
            .server(UNKNOWN[1]);
        let text = format!(
            "the server does not know EHLO, which {needs} needs: it answered 502 Not implemented"
        );
        assert_eq!(talk.message(), (Outcome::Lost, text.as_str()));
        assert!(talk.told.all.contains("code: Some(502)"));
        assert_eq!(talk.failure(), Some(Outcome::Lost));
    }
}

#[test]
fn a_refused_helo_ends_the_session() {
    let talk = Talk::connected(plain())
        .server("220 mx.example")
        .client("EHLO client.example")
        .server(UNKNOWN[0])
        .client("HELO client.example")
        .server(UNKNOWN[1]);
    assert_eq!(talk.message(), (Outcome::Lost, "Not implemented"));
}

#[test]
fn any_other_refusal_of_ehlo_is_not_followed_by_helo() {
    for line in ["501 bad name", "504 need a name", "550 no"] {
        let talk = Talk::connected(plain())
            .server("220 mx.example")
            .client("EHLO client.example")
            .server(line);
        assert_eq!(talk.message().0, Outcome::Lost, "{line}");
    }
}
