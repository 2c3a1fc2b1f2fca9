//! What the fuzz targets share: an input taken apart, and a client that talks
//! to a dialogue and holds it to its bounds.
//!
//! No socket and no clock: time passes only where the dialogue asks for it, so
//! that an input always does the same.

mod client;
mod input;

pub use client::{Client, Start};
pub use input::Input;
