//! A series of runs that compares arms: which run is next, when the series ends, and
//! what a session of each TLS mode costs.
//!
//! Whether the arms differ is decided by `comparison`, with the level of the [`Look`].

mod imbalance;
mod look;
mod order;
mod series;
mod session_cost;
#[cfg(test)]
mod tests;

pub(crate) use imbalance::{imbalance, others_share};
pub(crate) use look::Look;
pub(crate) use series::{Doubt, Next, Observed, Pair, Series, Stop, Turn, is_selection};
pub(crate) use session_cost::{Handshake, SessionCost, Sessions};
