//! A server that goes down during a run and is restarted.

use std::thread;
use std::time::Duration;

use super::server::Sink;
use crate::sesbench::Program;

const SESSIONS: u64 = 5;

fn through_a_restart(arguments: &[&str]) {
    let mut sink = Sink::start();
    let sessions = SESSIONS.to_string();
    let target = sink.target();
    let fixed = [
        "--target",
        &target,
        "--tls",
        "none",
        "--sessions",
        &sessions,
    ];
    let fixed = [&fixed[..], &["--set", "load.drain=30s"], arguments].concat();
    let program = Program::run(&fixed);
    let run = thread::scope(|scope| {
        let run = scope.spawn(|| program.ends());
        while sink.messages(1) < 100 {
            assert!(!run.is_finished(), "the run ended before it had begun");
        }
        let before = sink.messages(100);
        sink.restart(Duration::from_millis(500));
        let run = run.join().unwrap();
        let counted = before + sink.messages(run.total("accepted").saturating_sub(before));
        assert!(run.total("accepted") <= counted + SESSIONS);
        run
    });
    let (scheduled, accepted) = (run.total("scheduled"), run.total("accepted"));
    assert_eq!(run.total("unsent"), 0);
    // Each session may have had one message in progress.
    assert!(
        accepted + SESSIONS >= scheduled,
        "{accepted} of {scheduled}"
    );
    assert!(run.record["sessions"]["reconnects"].as_u64() >= Some(SESSIONS));
}

#[test]
#[ignore = "needs smtp-sink; .ci/install-peers installs postfix"]
fn the_open_model_loses_no_message_that_falls_due_meanwhile() {
    through_a_restart(&["--rate", "200/s", "--duration", "3s"]);
}

#[test]
#[ignore = "needs smtp-sink; .ci/install-peers installs postfix"]
fn the_closed_model_sends_on_when_the_server_is_back() {
    through_a_restart(&["--model", "closed", "--duration", "3s"]);
}
