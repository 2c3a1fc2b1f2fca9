//! The terms that all other modules share, each defined once.
//!
//! Phases, spans, outcomes and exit codes are one table each, with name,
//! meaning and (for phases) default time-out; failures are one table for each
//! side that finds them. CSV headers, histogram tags,
//! time-outs, the JSON Schema and the tables in `results/README.md` are
//! generated from them. This module is pure and has no dependencies; it does
//! not decide how a term is measured or printed.

mod cause;
mod event;
mod exit_code;
mod failure;
mod figure_value;
mod instant;
mod lines;
mod metric;
mod outcome;
mod period;
mod phase;
mod span;
mod stop_reason;

pub use cause::Cause;
pub(crate) use cause::CauseBuf;
pub(crate) use event::Sending;
pub use event::{Event, Observer, SlotId, Ticket};
pub use exit_code::ExitCode;
pub use failure::Failure;
pub(crate) use failure::{
    CertificateFailure, DialogueFailure, LookupFailure, SocketFailure, TlsFailure,
};
pub(crate) use figure_value::FigureValue;
pub use instant::Instant;
pub use lines::Lines;
pub use metric::Metric;
pub use outcome::Outcome;
pub(crate) use period::Period;
pub use phase::{Phase, Scope};
pub use span::Span;
pub(crate) use stop_reason::StopReason;
