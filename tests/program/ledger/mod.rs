//! The ledger of a run, under every fault: each scheduled message ends once, in
//! one outcome; the mock has accepted every message that was counted as
//! accepted, and no others except `unknown` ones; and no message is sent again
//! after `unknown`.
//!
//! [`effects`] has the mock's actions at each stage, made from its own types,
//! [`rules`] the occasions on which faults apply, and [`account`] the checks.
//! [`stages`] is a run for each action at every stage, [`stops`] replies that
//! end a run early, [`processes`] events of the program's own process. Tests
//! that need a namespace or a tool are in `tests/peers/ledger`.
//! `tests/program/hostile` and the unit tests of the dialogue check which stage
//! has which outcome.

mod account;
mod effects;
mod processes;
mod rules;
mod stages;
mod stops;
