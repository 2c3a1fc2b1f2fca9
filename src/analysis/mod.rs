//! Takes figures, returns decisions: what went wrong ([`diagnosis`]), whether the
//! generator was the bottleneck ([`health`]), whether the run passed
//! ([`verdict`]), which delays the mock takes from a run ([`calibration`]), and whether
//! two groups of runs differ ([`comparison`], on the estimators of [`statistics`]).
//!
//! Pure, and independent of the files of a run: `run` stores these decisions in
//! record types of its own.

pub(crate) mod ab;
pub(crate) mod calibration;
pub(crate) mod comparison;
pub(crate) mod diagnosis;
pub(crate) mod health;
pub(crate) mod statistics;
pub(crate) mod verdict;
