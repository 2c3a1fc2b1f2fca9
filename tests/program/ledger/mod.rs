//! The ledger of a run, under every fault: each scheduled message ends once, in
//! one outcome; the mock has accepted every message that was counted as
//! accepted, and none but those and the `unknown` ones; and nothing is sent
//! again after `unknown`.
//!
//! [`effects`] has what the mock can do at each stage, made from its own types,
//! [`rules`] on which occasions it does so, and [`account`] the checks.
//! [`stages`] is a run for each effect at every stage, [`stops`] what ends a
//! run early, [`processes`] what happens to the program's own process. What
//! needs a namespace or a tool is in `tests/peers/ledger`. Which stage has
//! which outcome is for `tests/program/hostile` and the unit tests of the
//! dialogue.

mod account;
mod effects;
mod processes;
mod rules;
mod stages;
mod stops;
