//! Takes figures, returns decisions: what went wrong ([`diagnosis`]), whether the
//! generator was the bottleneck ([`health`]), whether the run passed
//! ([`verdict`]), the highest load that holds ([`search`]), and which delays the mock
//! takes from a run ([`calibration`]).
//!
//! Pure, and independent of the files of a run: `run` stores these decisions in
//! record types of its own.

pub(crate) mod calibration;
pub(crate) mod diagnosis;
pub(crate) mod health;
pub(crate) mod search;
pub(crate) mod verdict;
