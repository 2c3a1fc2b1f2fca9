//! A rate that may be zero: what a load has between its stages.

use std::fmt;

use super::{COARSE_DECIMALS, Rate};
use crate::units::InvalidQuantity;

/// A rate, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(Option<Rate>);

impl Level {
    /// A rate of zero.
    pub const NOTHING: Self = Self(None);

    /// The decimals of its number.
    pub fn decimals(self) -> u32 {
        self.0.map_or(COARSE_DECIMALS, Rate::decimals)
    }

    /// In `10^-decimals` of an event per day: exact with at least the decimals that
    /// the rate has.
    pub fn parts_a_day(self, decimals: u32) -> u128 {
        self.0.map_or(0, |rate| rate.parts_a_day(decimals))
    }

    /// Events per second.
    pub fn hertz(self) -> f64 {
        self.0.map_or(0.0, Rate::hertz)
    }
}

impl From<Rate> for Level {
    fn from(rate: Rate) -> Self {
        Self(Some(rate))
    }
}

impl std::str::FromStr for Level {
    type Err = InvalidQuantity;

    /// Parses a rate, or `0/s`.
    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        Rate::parse_or_zero(text).map(Self)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(rate) => rate.fmt(f),
            None => f.write_str("0/s"),
        }
    }
}
