//! Shared by the fuzz targets: decoding an input, and a client that drives a
//! dialogue and checks its bounds.
//!
//! There is no socket and no clock: time passes only when the dialogue asks for
//! it, so that an input always has the same effect.

mod client;
mod input;

pub use client::{Client, Start};
pub use input::Input;
