//! What went wrong, in plain words: what happened, what the server means by
//! it, and what to do.
//!
//! One table holds everything that is recognised; [`diagnose`] finds in it
//! what fits a [`FailureCase`]. The probe, a run that could not begin and the
//! table under a run's outcomes all say what stands there. Nothing here talks
//! to anybody: what was met is told by whoever met it.

mod diagnosed;
mod failure_case;
mod login;
#[cfg(test)]
mod reference;
mod table;
mod target_context;
#[cfg(test)]
mod tests;

pub use diagnosed::{Diagnosed, Diagnosis};
pub use failure_case::FailureCase;
pub use login::{Belongs, Login, PasswordShape, UsernameShape};
pub use table::{all, diagnose};
pub use target_context::TargetContext;
pub(crate) use target_context::greets_as_ses;
