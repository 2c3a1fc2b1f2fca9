//! Invalid or missing replies, at every point of the dialogue.

use std::thread;

use super::{ON_DEMAND, only, run, wrong_at};
use crate::support::{Peer, Stage, Then};

type Turn = fn(&mut Peer) -> Then;

/// Both messages have the same outcome: `in_time` if it is certain that they
/// were not delivered, `unknown` once the dot was sent.
fn everywhere(turn: Turn, in_time: &'static str) {
    each(|stage| match stage {
        Stage::Accept => at(stage, turn, "unknown", "30s"),
        _ => at(stage, turn, in_time, "30s"),
    });
}

/// Like [`everywhere`], where only a time-out ends the wait: long enough for
/// the first session, which is correct.
fn everywhere_in_vain(turn: Turn) {
    each(|stage| match stage {
        Stage::Accept => at(stage, turn, "unknown", "2s"),
        _ => at(stage, turn, "timeout", "2s"),
    });
}

/// All stages in parallel, because they mostly wait.
fn each(test: impl Fn(Stage) + Sync) {
    thread::scope(|scope| {
        for stage in Stage::ALL {
            let test = &test;
            scope.spawn(move || test(stage));
        }
    });
}

fn at(stage: Stage, turn: Turn, outcome: &str, patience: &str) {
    let server = wrong_at(stage, turn);
    let patience = format!("--set timeouts.{}={patience}", stage.name());
    let done = run(&server, &format!("{ON_DEMAND} {patience}"))
        .done()
        .missed();
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
    everywhere_in_vain(|peer| {
        peer.say("250-half\r\n25");
        peer.fall_silent();
        Then::HangUp
    });
}

#[test]
fn silence() {
    everywhere_in_vain(|peer| {
        peer.fall_silent();
        Then::HangUp
    });
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
    let turn: Turn = |peer| {
        peer.say("421 4.3.2 shutting down\r\n");
        Then::HangUp
    };
    // After the dot, too, the reply decides the message's outcome.
    each(|stage| at(stage, turn, "deferred", "30s"));
}
