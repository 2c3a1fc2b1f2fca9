//! Takes figures, returns decisions: what went wrong ([`diagnosis`]), whether the
//! generator was the bottleneck ([`health`]), whether the run passed
//! ([`verdict`]), and which delays the mock takes from a run ([`calibration`]).
//!
//! Pure, and independent of the files of a run: `run` stores these decisions in
//! record types of its own.

pub mod calibration;
pub mod diagnosis;
pub mod health;
pub mod verdict;
