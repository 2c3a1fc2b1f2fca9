//! The ledger of a run, under every fault: each scheduled message ends once, in
//! one outcome; the mock has accepted every message that was counted as
//! accepted, and none but those and the `unknown` ones; and nothing is sent
//! again after `unknown`.
//!
//! [`effects`] has what the mock can do at each stage, made from its own types,
//! [`rules`] on which occasions it does so, [`account`] the checks, and
//! [`stages`] a run for each effect at every stage. Which stage has which
//! outcome is for `tests/program/hostile` and the unit tests of the dialogue.

mod account;
mod effects;
mod rules;
mod stages;
