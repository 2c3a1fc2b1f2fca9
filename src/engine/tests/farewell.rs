//! A server that does not answer QUIT: the slot goes on, and the server's
//! omission is reported.

use super::rig::run_against;
use crate::measure::OutcomeScope;
use crate::net::tests::server::{Guest, Server};
use crate::vocabulary::{Outcome, Phase};

const MESSAGES: u64 = 6;

/// Accepts a message, and leaves QUIT unanswered.
fn serve(mut guest: Guest) {
    guest.behave(6);
    guest.hear_out();
}

/// With QUIT's time-out of two minutes each, this would take ten minutes.
#[test]
fn an_unanswered_quit_does_not_block_its_slot() {
    let server = Server::for_all(serve);
    let (measured, finished) = run_against(
        server.address,
        &[
            "load.model=closed",
            "load.messages=6",
            "load.sessions=1",
            "load.messages_per_session=1",
        ],
    );
    assert_eq!(finished.stopped, None);
    let counts = measured.counts();
    assert_eq!(counts.messages.ended.of(Outcome::Accepted), MESSAGES);
    assert!(counts.sessions.opened >= MESSAGES);
    // The client ended these sessions, whether or not QUIT was answered.
    assert_eq!(counts.sessions.reconnects, 0);
    let rows = measured.outcomes().rows();
    let quits = rows.filter(|row| row.scope == OutcomeScope::Session);
    let unanswered = quits.filter(|row| {
        (row.cause.phase, row.outcome) == (Some(Phase::Quit), Some(Outcome::Timeout))
            && row.cause.text == "no answer to QUIT"
    });
    assert!(unanswered.map(|row| row.count).sum::<u64>() >= MESSAGES - 1);
}
