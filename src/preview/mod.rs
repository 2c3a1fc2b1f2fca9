//! What a plan will do, before it does it: a description, what may surprise,
//! and what it will cost. Pure: a plan in, text out.

mod description;
mod impact;
mod warnings;

pub use description::describe;
pub use impact::statement;
pub use warnings::cautions;
