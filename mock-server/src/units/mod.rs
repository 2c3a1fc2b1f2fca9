//! Quantities with a unit: durations and bandwidths.
//!
//! This module decides which texts are a quantity and how one is written, so
//! that a written value is read back unchanged. The allowed range of a setting
//! is checked in `settings`.

mod bandwidth;
pub mod duration;

pub use self::bandwidth::Bandwidth;
