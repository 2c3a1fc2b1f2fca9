//! The mock as a client sees it: over real sockets on loopback, with real TLS.
//!
//! No test asserts that something is fast; delays are checked against their lower
//! bound.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod capture;
#[cfg(feature = "cli")]
mod child;
mod client;
#[cfg(feature = "control")]
mod control;
mod faults;
mod golden;
mod hostile;
#[cfg(feature = "control")]
mod http;
mod lost;
#[cfg(feature = "cli")]
mod memory;
mod path;
#[cfg(feature = "cli")]
mod program;
mod sessions;
mod sizes;
mod timing;
#[cfg(feature = "cli")]
mod transcripts;

use std::time::Duration;

use sesbench_mock::{Server, Settings};

/// A server on free ports, with changed settings. Its idle time-out is long, so
/// that clients on a busy machine do not count as idle.
fn server(change: impl FnOnce(&mut Settings)) -> Server {
    let mut settings = Settings {
        ephemeral: true,
        idle_timeout: Duration::from_secs(300),
        ..Settings::default()
    };
    change(&mut settings);
    Server::start(settings).expect("the server starts")
}
