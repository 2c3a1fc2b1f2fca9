//! sesbench: a load generator and measuring instrument for Amazon SES's SMTP
//! interface, and for any SMTP relay.
//!
//! The scenario that the user wrote becomes a [`scenario::Plan`]. The
//! [`engine`] executes it: a pacer releases messages at the times that the
//! [`schedule`] sets, slots take them, and on each slot's session [`smtp`] runs
//! the dialogue and [`net`] moves the bytes. All of them report one stream of
//! events ([`vocabulary::Event`]), which [`measure`] counts and times. The
//! results are written to the [`run`] folder, checked for limits of the
//! generator itself ([`analysis::health`]), compared with the thresholds
//! ([`analysis::verdict`]) and exported ([`output`]). A finished run can
//! calibrate the mock to answer as its target did ([`analysis::calibration`]).
//!
//! The library exists for the program and its tests and benches. Only the
//! command line and the formats in `results/README.md` are stable.
//!
//! Modules import only from modules below them. From the lowest to the highest:
//! [`vocabulary`], `text`, [`units`], [`sys`], [`ses`], [`schedule`],
//! [`message`], [`smtp`], [`net`], [`measure`], [`dispatch`], [`engine`],
//! [`analysis`], [`run`], [`scenario`], [`preview`], [`output`], [`app`],
//! [`cli`]. A test checks that order, and which modules are pure: no clock, no
//! socket, no thread.

pub mod analysis;
pub mod app;
pub mod cli;
pub mod dispatch;
pub mod engine;
pub mod measure;
pub mod message;
pub mod net;
pub mod output;
pub mod preview;
pub mod run;
pub mod scenario;
pub mod schedule;
pub mod ses;
#[cfg(test)]
mod simulated;
pub mod smtp;
pub mod sys;
mod text;
pub mod units;
pub mod vocabulary;
