//! From a scenario to a plan.
//!
//! [`read`] takes a scenario's [`Source`] and the [`Override`]s of the flags, and
//! returns a [`Plan`], or an error of one line that states what to change. The
//! table in `keys` decides which keys and types are valid; the reference is
//! generated from it. Ranges and contradictions are checked in `resolve`, where
//! the plan is built. Nothing here opens a connection.

mod bounds;
pub(crate) mod endpoint;
mod error;
mod hash;
mod keys;
mod kind;
mod message;
mod missing;
mod overrides;
mod plan;
mod raw;
mod recipient_guard;
mod reference;
mod resolve;
mod share;
mod source;
mod source_document;
mod stages;
mod values;
pub(crate) mod volume;
mod weight;

pub use error::Error;
pub use hash::plan_hash;
pub use missing::{Missing, missing};
pub use overrides::{InvalidAssignment, Override};
pub use plan::{Ceilings, Login, Plan, Ses, Target, TargetKind};
pub use reference::reference;
pub use resolve::{Environment, read};
pub use source::Source;
pub use volume::expected_messages;
