//! Quantities with a unit, in the one grammar of both packages: durations,
//! sizes, bandwidths, rates and shares.
//!
//! This module decides which texts are a quantity and how one is written, so
//! that a written value is read back unchanged. The allowed range of a setting
//! is checked where the setting is.

mod bandwidth;
mod decimal;
pub mod duration;
mod invalid;
mod optional_number;
mod per_time;
pub mod share;
mod size;

pub use self::bandwidth::Bandwidth;
pub use self::decimal::{Decimal, MAX_DECIMALS, NotDecimal};
pub use self::invalid::InvalidQuantity;
pub use self::per_time::{PerTime, TimeUnit};
pub use self::size::Size;
pub(crate) use self::{per_time::optional_per_second, size::bytes};
