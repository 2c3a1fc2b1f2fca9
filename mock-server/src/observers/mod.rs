//! Consumers of the stream of events: counts, and the report on clients.
//!
//! They decide what is remembered of the events of all sessions, and what is
//! reported of it. They change nothing in a session, ask the account nothing
//! and read no clock.

mod counters;
pub mod judge;

pub(crate) use self::counters::Counters;
pub use self::counters::Counts;
