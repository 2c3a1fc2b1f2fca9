//! The dry run: what a plan will do, as a description, warnings, and its impact on
//! an SES account. Pure: a plan in, text out.

mod description;
mod impact;
mod warnings;

pub use description::description;
pub use impact::impact;
pub use warnings::warnings;
