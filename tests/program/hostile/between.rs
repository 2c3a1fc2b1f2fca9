//! Servers that end sessions between messages: no message is lost.

use super::run;
use crate::support::{Server, Stage, Then};

/// Each session ends with `then` after its first message.
fn after_one_message(then: &'static str) -> Server {
    Server::start(move |number, peer| {
        let mut last = false;
        peer.serve(|stage, peer| match stage {
            _ if last => Then::HangUp,
            Stage::Accept if number > 0 => {
                last = true;
                peer.say(Stage::Accept.reply());
                peer.say(then);
                Then::HangUp
            }
            _ => Then::Reply,
        });
    })
}

fn costs_no_message(then: &'static str) {
    let server = after_one_message(then);
    let done = run(&server, "--messages 5").done().with(0);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 5);
    assert!(folder.count("/sessions/reconnects") >= 4);
}

#[test]
fn a_421_between_messages() {
    costs_no_message("421 enough\r\n");
}

#[test]
fn the_idle_451_between_messages() {
    costs_no_message("451 4.4.2 Timeout waiting for data from client.\r\n");
}
