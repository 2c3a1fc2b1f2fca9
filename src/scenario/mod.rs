//! From a scenario to a plan.
//!
//! [`read`] takes a scenario's [`Source`] and the [`Override`]s of the flags, and
//! returns a [`Plan`], or an error of one line that states what to change. The
//! table in `keys` decides which keys and types are valid; flags and the reference
//! are generated from it. Ranges and contradictions are checked in `resolve`, where
//! the plan is built. Nothing here opens a connection.

mod account;
mod bounds;
pub(crate) mod endpoint;
mod error;
mod factor;
mod hash;
mod keys;
mod message;
mod missing;
mod overrides;
mod plan;
mod recipient_guard;
mod reference;
mod resolve;
mod share;
mod source;
mod source_document;
mod stages;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod volume;
mod weight;

pub(crate) use error::Error;
pub(crate) use factor::Factor;
pub use hash::plan_hash;
pub(crate) use keys::{Flag, FlagValue, Heading, flags};
pub(crate) use missing::missing;
pub(crate) use overrides::Override;
pub(crate) use plan::{Ceilings, Login, Plan, Ses, Target, TargetKind};
pub use reference::reference;
pub use resolve::read;
pub(crate) use resolve::{Environment, read_for_account};
pub use source::Source;
pub(crate) use volume::{expected_messages, expected_within};
