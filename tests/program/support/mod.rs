//! Support for the tests: the program, its results folders, and servers for it
//! to connect to.

mod folder;
mod mock;
mod peer;
mod program;
mod running;
mod server;

pub(crate) use folder::{FalseReplies, OUTCOMES, Row, RunFolder};
pub(crate) use mock::Mock;
pub(crate) use peer::{Peer, Stage, Then};
pub(crate) use program::{Done, Sesbench, repository, scenario};
pub(crate) use running::{Running, child_of, is_alive};
pub(crate) use server::Server;

use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until the condition holds.
pub(crate) fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
