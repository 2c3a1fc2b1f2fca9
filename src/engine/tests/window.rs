//! A closed run that ends with its messages: its window ends when the last
//! message has ended, not when it is handed out.

use std::thread;
use std::time::Duration;

use super::rig::{run, run_against};
use crate::measure::FigureSource;
use crate::net::tests::server::{Guest, Server};
use crate::vocabulary::{Outcome, StopReason};

/// The server's minimum time for a message.
const SERVICE: Duration = Duration::from_millis(400);

fn serve(mut guest: Guest) {
    guest.say("220 mx.example\r\n");
    guest.hear();
    guest.say("250 mx.example\r\n");
    while guest.hear().starts_with("MAIL") {
        guest.say("250 Ok\r\n");
        guest.hear();
        guest.say("250 Ok\r\n");
        guest.hear();
        guest.say("354 Go on\r\n");
        guest.hear_content();
        thread::sleep(SERVICE);
        guest.say("250 Ok\r\n");
    }
    guest.say("221 Bye\r\n");
}

/// All messages are handed out at once.
#[test]
fn one_message_a_session_is_not_faster_than_the_server() {
    let server = Server::for_all(serve);
    let (measured, finished) = run_against(
        server.address,
        &["load.model=closed", "load.messages=5", "load.sessions=5"],
    );
    assert_eq!(finished.stopped, None);
    assert_eq!(measured.outcome(Outcome::Accepted), 5);
    let fastest = 5.0 / SERVICE.as_secs_f64();
    let (goodput, achieved) = (measured.goodput(), measured.achieved_rate());
    assert!(measured.seconds() >= SERVICE.as_secs_f64());
    assert!(goodput <= fastest && goodput > 0.0, "{goodput}");
    assert!(achieved <= fastest && achieved > 0.0, "{achieved}");
}

/// The ceiling, too, is reached when the last message is handed out.
#[test]
fn a_ceiling_ends_the_window_with_the_last_message_that_it_let_through() {
    let server = Server::for_all(serve);
    let (measured, finished) = run_against(
        server.address,
        &[
            "load.model=closed",
            "load.duration=1h",
            "load.sessions=5",
            "target.max_recipients=5",
        ],
    );
    assert_eq!(finished.stopped, Some(StopReason::CeilingReached));
    assert_eq!(measured.outcome(Outcome::Accepted), 5);
    assert!(measured.seconds() >= SERVICE.as_secs_f64());
}

/// A duration stays as it was asked for, even if the last message ended
/// earlier.
#[test]
fn a_closed_run_of_a_duration_is_not_shortened() {
    let settings = super::unlimited();
    let run = run(settings, &["load.model=closed", "load.duration=300ms"]);
    assert_eq!(run.measured.seconds(), 0.3);
}
