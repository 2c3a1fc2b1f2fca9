//! Takes figures, returns decisions: what went wrong ([`diagnosis`]), whether the
//! generator was the bottleneck ([`health`]), whether the run passed
//! ([`verdict`]), whether two groups of runs differ ([`comparison`], on the estimators
//! of [`statistics`]), what a series of pairs does next ([`ab`]), the highest load that
//! holds ([`search`]), which delays the mock takes from a run ([`calibration`]), and
//! which quota and how many sessions a volume needs ([`capacity`]).
//!
//! Pure, and independent of the files of a run: `run` stores these decisions in
//! record types of its own.

pub(crate) mod ab;
pub(crate) mod calibration;
pub(crate) mod capacity;
pub(crate) mod comparison;
pub(crate) mod diagnosis;
pub(crate) mod health;
pub(crate) mod search;
pub(crate) mod statistics;
pub(crate) mod verdict;
