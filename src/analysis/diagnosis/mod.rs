//! Explains failures: what happened, what the server means by it, and what to do.
//!
//! One table holds everything that is recognised; [`diagnose`] finds the rows that
//! fit a [`FailureCase`]. The probe, a run that could not start and the summary of a
//! run all print texts from that table. This module has no I/O: its callers
//! describe the failure to it.

mod diagnosed;
mod failure_case;
mod login;
#[cfg(test)]
mod reference;
mod table;
mod target_context;
#[cfg(test)]
mod tests;

pub(crate) use diagnosed::{Diagnosed, Diagnosis};
pub(crate) use failure_case::FailureCase;
pub(crate) use login::{Belongs, Login, PasswordShape, UsernameShape};
pub use table::all;
pub(crate) use table::diagnose;
pub(crate) use target_context::TargetContext;
pub(crate) use target_context::greets_as_ses;
