//! sesbench: a load generator and measuring instrument for Amazon SES's SMTP
//! interface, and for any SMTP relay.
//!
//! What the user wrote becomes a [`scenario::Plan`]. The [`engine`] carries it
//! out: a pacer releases messages when the [`schedule`] wants them, slots take
//! them up, and each slot's session is a conversation that [`smtp`] decides and
//! [`net`] carries. All of it tells one stream of events
//! ([`vocabulary::Event`]), which [`measure`] counts and times. What came of it
//! is kept in the [`run`] folder, examined for the generator's own failings
//! ([`analysis::health`]), judged ([`analysis::verdict`]) and exported
//! ([`output`]). A finished run can teach the mock to answer as its target did
//! ([`analysis::calibration`]).
//!
//! The library is the program in parts, for its tests and benches; what is
//! stable is the command line and the formats in `results/README.md`.
//!
//! Modules import from modules below them and from no other. From the lowest to
//! the highest: [`vocabulary`], `text`, [`units`], [`sys`], [`ses`],
//! [`schedule`], [`message`], [`smtp`], [`net`], [`measure`], [`dispatch`],
//! [`engine`], [`analysis`], [`run`], [`scenario`], [`preview`], [`output`],
//! [`app`], [`cli`]. A test holds that order, and which of them are pure: no
//! clock, no socket, no thread.

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
