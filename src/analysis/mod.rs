//! Figures in, decision out: what went wrong ([`diagnosis`]), whether the
//! generator was the limit ([`health`]), whether the run passed ([`verdict`]),
//! and what a run teaches the mock ([`calibration`]).
//!
//! Pure, and without a record of a run: `run` keeps what is decided here in
//! record types of its own.

pub mod calibration;
pub mod diagnosis;
pub mod health;
pub mod verdict;
