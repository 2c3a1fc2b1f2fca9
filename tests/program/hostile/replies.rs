//! What is said in place of a reply, at every point of the dialogue.

use std::thread;

use super::{ON_DEMAND, only, run, wrong_at};
use crate::support::{Peer, Stage, Then};

type Turn = fn(&mut Peer) -> Then;

/// Both messages end alike: `in_time` if it is known that they were not
/// delivered, `unknown` once the dot was sent.
fn everywhere(turn: Turn, in_time: &str) {
    thread::scope(|scope| {
        for stage in Stage::ALL {
            scope.spawn(move || {
                let after_dot = stage == Stage::Accept;
                let outcome = if after_dot { "unknown" } else { in_time };
                at(stage, turn, outcome);
            });
        }
    });
}

fn at(stage: Stage, turn: Turn, outcome: &str) {
    let server = wrong_at(stage, turn);
    // Long enough for the session that is a proper one.
    let patience = format!("--set timeouts.{}=2s", stage.name());
    let done = run(&server, &format!("{ON_DEMAND} {patience}"))
        .done()
        .with(1);
    done.folder().adds_up();
    for scope in ["message", "attempt", "session"] {
        let row = only(&done, scope);
        assert_eq!(row["phase"], stage.name(), "{row:#?}");
        assert_eq!(row["outcome"], outcome, "{row:#?}");
        assert_eq!(row["count"], "2", "{row:#?}");
        assert!(!row["text"].is_empty(), "{row:#?}");
        assert!(row["text"].len() <= 400, "{row:#?}");
    }
    assert_eq!(done.folder().count("/totals/accepted"), 0);
}

#[test]
fn garbage() {
    everywhere(
        |peer| peer.instead(b"\x00\xff\xfe\x80 not SMTP at all\r\n\x01\r\n"),
        "lost",
    );
}

#[test]
fn a_line_of_a_megabyte() {
    everywhere(
        |peer| {
            let mut line = b"250 ".to_vec();
            line.resize(1 << 20, b'x');
            line.extend(b"\r\n");
            peer.instead(line)
        },
        "lost",
    );
}

#[test]
fn a_reply_without_end() {
    everywhere(
        |peer| {
            while peer.say("250-and furthermore\r\n") {}
            Then::HangUp
        },
        "lost",
    );
}

#[test]
fn a_line_without_end() {
    everywhere(
        |peer| {
            while peer.say("250 and furthermore ") {}
            Then::HangUp
        },
        "lost",
    );
}

#[test]
fn half_a_reply_and_then_nothing() {
    everywhere(
        |peer| {
            peer.say("250-half\r\n25");
            peer.fall_silent();
            Then::HangUp
        },
        "timeout",
    );
}

#[test]
fn silence() {
    everywhere(
        |peer| {
            peer.fall_silent();
            Then::HangUp
        },
        "timeout",
    );
}

#[test]
fn half_a_reply_and_the_connection_closed() {
    everywhere(
        |peer| {
            peer.say("250-half\r\n25");
            Then::HangUp
        },
        "lost",
    );
}

#[test]
fn the_connection_closed() {
    everywhere(|_| Then::HangUp, "lost");
}

#[test]
fn an_impossible_code() {
    everywhere(|peer| peer.instead("999 beyond\r\n"), "lost");
}

#[test]
fn a_421_before_the_dot_and_after_it() {
    thread::scope(|scope| {
        for stage in Stage::ALL {
            let turn: Turn = |peer| {
                peer.say("421 4.3.2 shutting down\r\n");
                Then::HangUp
            };
            // Also after the dot it says what became of the message.
            scope.spawn(move || at(stage, turn, "deferred"));
        }
    });
}
