//! `sesbench run` against Postfix's smtp-sink, in plaintext.

mod dump;
mod kinds;
mod messages;
mod restart;
mod server;

use crate::sesbench::Run;
use server::Sink;

#[test]
#[ignore = "needs smtp-sink; .ci/install-peers installs postfix"]
fn the_closed_model_and_the_sink_have_equal_counts() {
    agree(&["--model", "closed", "--messages", "3000"], 3000);
}

#[test]
#[ignore = "needs smtp-sink; .ci/install-peers installs postfix"]
fn the_open_model_and_the_sink_have_equal_counts() {
    agree(&["--rate", "500/s", "--duration", "2s"], 1000);
}

#[test]
#[ignore = "needs smtp-sink; .ci/install-peers installs postfix"]
fn sessions_that_are_reopened_lose_nothing() {
    for connect in ["load.connect=ahead", "load.connect=on_demand"] {
        let closed = ["--model", "closed", "--messages", "600", "--set", connect];
        agree(
            &[&closed[..], &["--messages-per-session", "7"]].concat(),
            600,
        );
    }
}

#[test]
#[ignore = "needs smtp-sink; .ci/install-peers installs postfix"]
fn pipelining_loses_nothing() {
    let closed = ["--model", "closed", "--messages", "1000"];
    agree(
        &[&closed[..], &["--set", "target.pipelining=true"]].concat(),
        1000,
    );
}

/// Asserts that both sides count every scheduled message as accepted.
fn agree(arguments: &[&str], messages: u64) {
    let sink = Sink::start();
    let target = sink.target();
    let common = ["--target", &target, "--tls", "none", "--warm-up", "0s"];
    let run = Run::pass(&[&common[..], arguments, &["--sessions", "20"]].concat());
    assert_eq!(run.total("scheduled"), messages, "{arguments:?}");
    assert_eq!(run.total("accepted"), messages, "{arguments:?}");
    assert_eq!(sink.messages(messages), messages, "{arguments:?}");
    assert_eq!(sink.dumps().len() as u64, messages, "{arguments:?}");
}
