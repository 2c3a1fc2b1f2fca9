//! What a plan will do, before it does it: a description, what may surprise,
//! and what it will cost. Pure: a plan in, text out.

mod description;
mod impact;
mod warnings;

pub use description::description;
pub use impact::impact;
pub use warnings::warnings;
