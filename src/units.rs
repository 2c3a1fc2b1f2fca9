//! Quantities with a unit, in the grammar that scenarios, flags and the mock's
//! settings share: the mock's package parses and writes them.

pub(crate) use sesbench_mock::units::{
    InvalidQuantity, MAX_DECIMALS, PerTime, Size, TimeUnit, duration, share,
};
