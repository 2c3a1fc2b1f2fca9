//! Driver and connector over loopback, against servers that misbehave.
//!
//! Outcomes, phases and texts only. Nothing here depends on how long anything
//! takes, except for a time-out that is short where the test needs one.

mod addresses;
mod content;
mod hostile;
pub(crate) mod server;
mod session;
mod tls;
mod traffic;
