//! Large content, and servers that don't want it.

use super::server::{Guest, Server};
use super::session::Client;
use crate::vocabulary::{Outcome, Phase};

/// More than any socket buffers hold.
const LARGE: usize = 40 << 20;

/// A server that has asked for content and then does `act`.
fn asked_for_content(act: impl FnOnce(Guest) + Send + 'static) -> Server {
    Server::after(4, move |mut guest| {
        guest.say("354 Go on\r\n");
        act(guest);
    })
}

#[test]
fn a_refusal_of_content_is_read_after_the_server_closed_the_connection() {
    let server = asked_for_content(|mut guest| {
        guest.hear();
        guest.say("552 5.3.4 Message is too long\r\n");
    });
    let client = Client {
        size: LARGE,
        ..Client::default()
    };
    let (outcome, why) = client.send(server.address);
    assert_eq!(outcome, Outcome::Rejected);
    assert_eq!((why.phase, why.code), (Some(Phase::Body), Some(552)));
    assert_eq!(why.text, "Message is too long");
}

#[test]
fn a_refusal_by_a_server_that_stopped_reading_is_read_at_the_time_out() {
    let server = asked_for_content(|mut guest| {
        guest.say("552 5.3.4 Message is too long\r\n");
        guest.shut_up();
    });
    let client = Client {
        size: LARGE,
        impatient: Some(Phase::Body),
        ..Client::default()
    };
    let (outcome, why) = client.send(server.address);
    assert_eq!(outcome, Outcome::Rejected);
    assert_eq!((why.phase, why.code), (Some(Phase::Body), Some(552)));
}

#[test]
fn a_server_that_does_not_read_is_a_time_out() {
    let server = asked_for_content(Guest::hold);
    let client = Client {
        size: LARGE,
        impatient: Some(Phase::Body),
        ..Client::default()
    };
    let (outcome, why) = client.send(server.address);
    assert_eq!(outcome, Outcome::Timeout);
    assert_eq!(why.phase, Some(Phase::Body));
}

#[test]
fn a_connection_closed_without_a_reply_is_a_loss() {
    let server = asked_for_content(|mut guest| drop(guest.hear()));
    let client = Client {
        size: LARGE,
        ..Client::default()
    };
    let (outcome, why) = client.send(server.address);
    assert_eq!(outcome, Outcome::Lost);
    assert_eq!(why.phase, Some(Phase::Body));
}

#[test]
fn content_of_any_size_is_taken_by_a_server_that_reads() {
    for size in [0, 1, 64, 1 << 14, 1 << 20, LARGE] {
        let server = asked_for_content(|mut guest| {
            guest.hear_content();
            guest.say("250 Ok\r\n");
            assert_eq!(guest.hear(), "QUIT\r\n");
        });
        let client = Client {
            size,
            ..Client::default()
        };
        let (outcome, _) = client.send(server.address);
        assert_eq!(outcome, Outcome::Accepted, "{size}");
    }
}
