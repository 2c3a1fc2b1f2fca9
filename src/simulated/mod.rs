//! Deterministic simulation for tests: client dialogue, server dialogue, schedule,
//! slots and dispatcher, driven together with injected time.
//!
//! There are no sockets, threads or clocks: a [`Scene`] describes the run,
//! [`Scene::play`] simulates it, and the results are exact to the nanosecond. It
//! replaces `net` (bytes travel over a [`link`]), the threads of the engine and the
//! mock's sockets; all code that decides anything is the production code: when a
//! session is opened and ended, back-off, retries, limits, stop, drain and cut.

mod advance;
mod client;
mod controller;
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
