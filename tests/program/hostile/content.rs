//! Servers that refuse content before it is completely sent.

use super::{only, run, wrong_at};
use crate::support::{Done, Peer, Server, Stage, Then};

const TOO_LONG: &str = "552 5.3.4 message too big for this server\r\n";

/// More than the buffers of both sockets hold.
const LARGE: &str = "--messages 1 --size 24MiB --set timeouts.body=3s";

/// Runs `then` after the 354 and some of the content.
fn amid_content(then: fn(&mut Peer)) -> Server {
    wrong_at(Stage::Data, move |peer| {
        peer.say(Stage::Data.reply());
        peer.swallow(100_000);
        then(peer);
        Then::HangUp
    })
}

#[track_caller]
fn rejected(done: &Done, phase: &str) {
    done.folder().adds_up();
    let row = only(done, "message");
    assert_eq!(row["outcome"], "rejected", "{row:#?}");
    assert_eq!(row["phase"], phase, "{row:#?}");
    assert_eq!(
        (row["code"].as_str(), row["enhanced"].as_str()),
        ("552", "5.3.4")
    );
    assert_eq!(row["text"], "message too big for this server");
}

#[test]
fn a_552_and_the_connection_closed() {
    let server = amid_content(|peer| {
        peer.say(TOO_LONG);
    });
    rejected(&run(&server, LARGE).done().with(1), "body");
}

#[test]
fn a_552_and_not_a_byte_more_is_read() {
    let server = amid_content(|peer| {
        peer.say(TOO_LONG);
        std::thread::park_timeout(crate::support::PATIENCE);
    });
    rejected(&run(&server, LARGE).done().with(1), "body");
}

#[test]
fn a_552_and_the_rest_is_read_nevertheless() {
    let server = amid_content(|peer| {
        peer.say(TOO_LONG);
        peer.fall_silent();
    });
    rejected(&run(&server, LARGE).done().with(1), "accept");
}

#[test]
fn the_connection_closed_amid_content() {
    let server = amid_content(|_| {});
    let done = run(&server, LARGE).done().with(1);
    done.folder().adds_up();
    let row = only(&done, "message");
    assert_eq!(
        (row["phase"].as_str(), row["outcome"].as_str()),
        ("body", "lost")
    );
    assert!(!row["text"].is_empty());
}

#[test]
fn nothing_more_is_read() {
    let server = amid_content(|_| std::thread::park_timeout(crate::support::PATIENCE));
    let done = run(&server, LARGE).done().missed();
    done.folder().adds_up();
    let row = only(&done, "message");
    assert_eq!(
        (row["phase"].as_str(), row["outcome"].as_str()),
        ("body", "timeout")
    );
    assert!(!row["text"].is_empty());
}
