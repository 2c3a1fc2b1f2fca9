//! Driver and connector over loopback, against servers that misbehave.
//!
//! Outcomes, phases and texts only: nothing here depends on how long anything
//! takes, but for a time-out that is short where it is to come about.

mod addresses;
mod content;
mod hostile;
pub(crate) mod server;
mod session;
mod tls;
