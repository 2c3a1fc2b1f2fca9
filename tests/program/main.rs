//! The program as a user runs it: arguments, exit code, output, and the results
//! folder.
//!
//! Everything here happens on loopback. No test asserts how long anything took:
//! they assert counts, orders and texts.

// Clippy allows unwrap in tests, but not in helpers that only tests call.
#![allow(clippy::unwrap_used)]

mod support;

mod ab;
mod action;
mod bad_input;
mod calibrate;
mod client_report;
mod compare;
mod exports;
mod golden;
mod hostile;
mod house;
mod ledger;
mod load;
mod messages;
mod metrics;
mod mock;
mod outages;
mod output;
mod plan;
mod probe;
mod runs;
mod search;
mod secrets;
mod ses;
mod several;
mod shards;
mod signals;
mod stalls;
mod terminal;
mod threads;
mod thresholds;
