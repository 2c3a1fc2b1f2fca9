//! Estimators for two groups of runs: is there a shift, how large, how certain.
//!
//! The run is the unit: a number here is one figure of one run, and runs are few. So
//! nothing is assumed of the shape of their distribution. All is by ranks and exact:
//! unpaired groups by the rank sum (Wilcoxon 1945, Mann and Whitney 1947), pairs by
//! signed ranks; the shift is that of Hodges and Lehmann (1963), and its interval holds
//! the shifts that the same test does not reject. [`holm`] corrects for several
//! questions, [`Groups::smallest_visible`] and [`Groups::runs_needed`] say what so many
//! runs can find. The scale (logarithms, shares) and the decision are the caller's.

mod distribution;
mod groups;
mod holm;
mod power;
mod ranks;
#[cfg(test)]
mod tests;

pub(crate) use groups::{Groups, Interval};
pub(crate) use holm::holm;
pub(crate) use ranks::median;
