//! Rules of the code that the compiler does not check. These tests read the
//! sources as text, without comments.

mod borders;
mod casts;
mod floors;
mod names;
mod paths;
mod sources;
