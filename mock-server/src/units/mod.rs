//! Quantities with a unit, as users write them: durations and bandwidths.
//!
//! It decides which texts are a quantity and how one is written, so that what
//! is written is read as the same. Which range makes sense for a setting is
//! decided where the settings are checked.

mod bandwidth;
pub mod duration;

pub use self::bandwidth::Bandwidth;
