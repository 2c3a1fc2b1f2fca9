//! The house rules that the compiler does not hold. These tests read the
//! sources as text; comments do not count.

mod borders;
mod casts;
mod floors;
mod names;
mod sources;
