//! The dry run: what a plan will do, as a description, warnings, and its impact on
//! an SES account. Pure: a plan in, text out.

mod account;
mod description;
mod impact;
mod warnings;

pub(crate) use description::description;
pub(crate) use impact::impact;
pub(crate) use warnings::warnings;
