//! Servers that send invalid replies, stop answering, or close the connection,
//! at each point.

use super::server::{REPLIES, Server};
use super::session::Client;
use crate::smtp::TlsMode;
use crate::vocabulary::{DialogueFailure, Failure, Outcome, Phase, SocketFailure};

/// The phases that the usual replies end.
const PHASES: [Phase; 6] = [
    Phase::Banner,
    Phase::Ehlo,
    Phase::Mail,
    Phase::Rcpt,
    Phase::Data,
    Phase::Accept,
];

/// The expected outcome: `before` until the final dot, `unknown` after it.
fn or_unknown(before: Outcome, phase: Phase) -> Outcome {
    match phase {
        Phase::Accept => Outcome::Unknown,
        _ => before,
    }
}

#[test]
fn a_well_behaved_server_accepts() {
    let server = Server::after(6, |mut guest| drop(guest.hear()));
    let (outcome, _) = Client::default().send(server.address);
    assert_eq!(outcome, Outcome::Accepted);
}

#[test]
fn an_invalid_reply_is_reported_in_every_phase() {
    for (at, phase) in PHASES.into_iter().enumerate() {
        let server = Server::after(at, |mut guest| {
            guest.say("\u{7}\u{0}no SMTP at all\r\n");
            guest.hear_out();
        });
        let (outcome, why) = Client::default().send(server.address);
        assert_eq!(outcome, or_unknown(Outcome::Lost, phase));
        assert_eq!(why.phase, Some(phase));
        assert_eq!(why.text, "not an SMTP reply: `..no SMTP at all`");
    }
}

#[test]
fn a_line_of_a_megabyte_is_refused() {
    for (at, phase) in PHASES.into_iter().enumerate() {
        let server = Server::after(at, |mut guest| {
            guest.say("250 ");
            guest.say(&"x".repeat(1_000_000));
            guest.say("\r\n");
        });
        let (outcome, why) = Client::default().send(server.address);
        assert_eq!(outcome, or_unknown(Outcome::Lost, phase));
        assert_eq!(why.phase, Some(phase));
        assert_eq!(why.text, "a reply line longer than 20000 bytes");
    }
}

#[test]
fn a_reply_without_end_is_not_waited_for() {
    for (at, phase) in PHASES.into_iter().enumerate() {
        let server = Server::after(at, |mut guest| while guest.say("250-and more\r\n") {});
        let (outcome, why) = Client::default().send(server.address);
        assert_eq!(outcome, or_unknown(Outcome::Lost, phase));
        assert_eq!(why.phase, Some(phase));
        assert_eq!(why.text, "a reply of more than 128 lines");
    }
}

#[test]
fn half_a_reply_and_then_nothing_is_a_time_out() {
    for (at, phase) in PHASES.into_iter().enumerate() {
        let server = Server::after(at, move |mut guest| {
            guest.say(&REPLIES[at][..5]);
            guest.hold();
        });
        let client = Client {
            impatient: Some(phase),
            ..Client::default()
        };
        let (outcome, why) = client.send(server.address);
        assert_eq!(outcome, or_unknown(Outcome::Timeout, phase));
        assert_eq!(why.phase, Some(phase));
        assert_eq!(why.failure, Some(Failure::TimedOut));
        assert_eq!(why.text, "no answer in time");
    }
}

#[test]
fn a_closed_connection_is_reported_in_every_phase() {
    for (at, phase) in PHASES.into_iter().enumerate() {
        let server = Server::after(at, drop);
        let (outcome, why) = Client::default().send(server.address);
        assert_eq!(outcome, or_unknown(Outcome::Lost, phase));
        assert_eq!(why.phase, Some(phase));
        assert_eq!(why.failure, Some(Failure::Closed));
        assert_eq!(why.text, "connection closed by the server");
    }
}

#[test]
fn a_reset_is_reported_in_every_phase() {
    for (at, phase) in PHASES.into_iter().enumerate() {
        let server = Server::after(at, |guest| guest.reset());
        let (outcome, why) = Client::default().send(server.address);
        assert_eq!(outcome, or_unknown(Outcome::Lost, phase));
        // A reset right after the connection may be reported by connect itself.
        let with_it = phase == Phase::Banner && why.phase == Some(Phase::Connect);
        assert!(with_it || why.phase == Some(phase), "{why:?}");
        assert_eq!(why.failure, Some(Failure::Socket(SocketFailure::Reset)));
    }
}

#[test]
fn a_421_is_reported_in_every_phase() {
    for (at, phase) in PHASES.into_iter().enumerate() {
        let server = Server::after(at, |mut guest| {
            guest.say("421 4.3.2 Shutting down\r\n");
        });
        let (outcome, why) = Client::default().send(server.address);
        assert_eq!(outcome, Outcome::Deferred);
        assert_eq!((why.phase, why.code), (Some(phase), Some(421)));
        assert_eq!((why.failure, why.text.as_str()), (None, "Shutting down"));
    }
}

#[test]
fn a_closed_port_is_reported() {
    // Bound without a listener: no other process can answer there in the
    // meantime.
    let bound = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let anywhere: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    bound.bind(&anywhere.into()).unwrap();
    let address = bound.local_addr().unwrap().as_socket().unwrap();
    let (outcome, why) = Client::default().send(address);
    assert_eq!(outcome, Outcome::Lost);
    assert_eq!(why.phase, Some(Phase::Connect));
    assert_eq!(why.failure, Some(Failure::Socket(SocketFailure::Refused)));
}

#[test]
fn starttls_that_is_not_offered_ends_the_session_without_another_command() {
    let (sender, heard) = std::sync::mpsc::channel();
    // The server reads the end of the stream after its reply to EHLO.
    let server = Server::after(2, move |guest| sender.send(guest.hear_out()).unwrap());
    let client = Client {
        tls: TlsMode::Starttls,
        ..Client::default()
    };
    let (outcome, why) = client.send(server.address);
    assert_eq!(outcome, Outcome::Lost);
    assert_eq!(why.phase, Some(Phase::Starttls));
    let failure = Failure::Dialogue(DialogueFailure::StarttlsNotOffered);
    assert_eq!(why.failure, Some(failure));
    assert!(heard.recv().unwrap().is_empty());
}
