//! Deterministic simulation for tests: client dialogue, server dialogue, schedule and
//! dispatcher, driven together with injected time.
//!
//! There are no sockets, threads or clocks: a [`Scene`] describes the run,
//! [`Scene::play`] simulates it, and the results are exact to the nanosecond. It
//! replaces `net` (bytes travel over a [`link`]), the engine's slots and the mock's
//! sockets; all code that decides anything is the production code.

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
