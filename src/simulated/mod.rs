//! The one simulated world for tests: client dialogue, server dialogue,
//! schedule and hand-over, driven together by injected time.
//!
//! No sockets, no threads, no clock: a [`Scene`] says what the world is like,
//! [`Scene::play`] runs it to its end at once, and what comes of it is exact to
//! the nanosecond. It stands in for `net` (bytes take their way over a
//! [`link`]), for the engine's slots and for the sockets of the mock; all that
//! decides anything is the real thing.

mod advance;
mod client;
mod driver;
mod link;
pub(crate) mod log;
mod network;
pub(crate) mod observer;
mod peer;
mod scene;
mod script;
mod tests;
mod world;

use link::{Cut, Link};
use scene::{Scene, Stall};
use script::Script;
