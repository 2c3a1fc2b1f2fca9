//! The words every other module shares, each defined once.
//!
//! Phases, spans, outcomes and exit codes stand here as one table each, with
//! name, meaning and (for phases) default time-out; CSV headers, histogram
//! tags, time-outs, the JSON Schema and the tables in `results/README.md` are
//! all made from them. This module decides nothing about how a word is
//! measured or printed: it is the leaf below everything else, and pure.

mod event;
mod exit_code;
mod figure_value;
mod instant;
mod lines;
mod metric;
mod outcome;
mod phase;
mod span;
mod stop_reason;

pub use event::{Cause, Event, Observer, Sending, SlotId, Ticket};
pub use exit_code::ExitCode;
pub use figure_value::FigureValue;
pub use instant::Instant;
pub use lines::Lines;
pub use metric::Metric;
pub use outcome::Outcome;
pub use phase::{Phase, Scope};
pub use span::Span;
pub use stop_reason::StopReason;
