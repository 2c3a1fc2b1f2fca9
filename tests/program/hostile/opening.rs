//! Sessions that are opened ahead of the clock, and fail to open.

use super::{only, run};
use crate::support::{Server, Stage, Then};

#[test]
fn if_no_session_opens_the_run_does_not_begin() {
    let server = Server::start(|number, peer| {
        if number == 0 {
            peer.serve(|_, _| Then::Reply);
        }
    });
    let done = run(&server, "--messages 5").done().with(3);
    done.folder().adds_up();
    assert_eq!(done.folder().json()["status"], "aborted");
    let row = only(&done, "session");
    assert_eq!(
        (row["phase"].as_str(), row["outcome"].as_str()),
        ("banner", "lost")
    );
}

#[test]
fn if_some_sessions_open_they_carry_the_load() {
    let server = Server::start(|number, peer| {
        if number % 2 == 0 {
            peer.serve(|_, _| Then::Reply);
        }
    });
    let done = run(&server, "--messages 10 --sessions 6").done().with(0);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 10);
    assert!(folder.count("/sessions/failed") > 0);
    assert!(done.stdout.contains("sessions_failed"));
}

#[test]
fn a_login_refused_later_stops_the_run_at_once() {
    let server = Server::start(|number, peer| {
        peer.serve(|stage, peer| match (stage, number) {
            (Stage::Auth, 1..) => peer.instead("535 5.7.8 no longer\r\n"),
            _ => Then::Reply,
        });
    });
    let done = run(&server, "--messages 5").done().with(3);
    done.folder().adds_up();
    assert_eq!(done.folder().json()["status"], "aborted");
    let row = only(&done, "session");
    assert_eq!(
        (row["outcome"].as_str(), row["count"].as_str()),
        ("auth", "1")
    );
    assert_eq!(row["text"], "no longer");
}
