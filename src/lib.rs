//! sesbench: a load generator and measuring instrument for Amazon SES's SMTP
//! interface, and for any SMTP relay.
//!
//! The scenario that the user wrote becomes a `scenario::Plan`. The
//! `engine` executes it: a pacer releases messages at the times that the
//! `schedule` sets, slots take them, and on each slot's session `smtp` runs
//! the dialogue and `net` moves the bytes. All of them report one stream of
//! events (`vocabulary::Event`), which `measure` counts and times. The
//! results are written to the `run` folder, checked for limits of the
//! generator itself (`analysis::health`), compared with the thresholds
//! (`analysis::verdict`) and exported (`output`). A finished run can
//! calibrate the mock to answer as its target did (`analysis::calibration`).
//!
//! The library exists for the program and its tests and benches. Only the
//! command line and the formats in `results/README.md` are stable.
//!
//! Modules import only from modules below them. From the lowest to the highest:
//! `vocabulary`, `text`, `units`, `random`, `sys`, `ses`, `schedule`,
//! `message`, `smtp`, `net`, `measure`, `dispatch`, `engine`,
//! `analysis`, `run`, `scenario`, `preview`, `output`, `app`,
//! `cli`. A test checks that order, and which modules are pure: no clock, no
//! socket, no thread.

// They panic where the pipe behind them is closed: `output::screen`, `app::stdout`.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod analysis;
mod app;
mod cli;
mod dispatch;
mod engine;
mod measure;
mod message;
mod net;
mod output;
mod preview;
mod random;
mod run;
mod scenario;
mod schedule;
mod ses;
#[cfg(test)]
mod simulated;
mod smtp;
mod sys;
mod text;
mod units;
mod vocabulary;

/// What the tests of the program and the benches use. Not for others: it
/// changes without notice.
#[doc(hidden)]
pub mod testing {
    pub use crate::analysis::diagnosis::all as diagnoses;
    pub use crate::analysis::verdict::Figure;
    pub use crate::cli::Cli;
    pub use crate::dispatch::{Dispatch, Dispatcher};
    pub use crate::measure::{Recorder, Timing, channel};
    pub use crate::message::{
        Content, Form, Identity, Message, MessageTemplates, Mix, RecipientSource, Sizes,
    };
    pub use crate::run::{Finished, read as read_run, read_distributions, schema_error};
    pub use crate::scenario::{Source, plan_hash, read as read_scenario, reference};
    pub use crate::smtp::ReplyReader;
    pub use crate::vocabulary::{
        Cause, Event, ExitCode, Failure, Instant, Lines, Metric, Observer, Outcome, Phase, Scope,
        SlotId, Span, Ticket,
    };
}

pub use cli::main;
