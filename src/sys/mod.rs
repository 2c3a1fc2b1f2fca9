//! What is the operating system's own: clocks, CPU accounting, limits. One
//! small module each, by safe crates; Linux is the first platform. Nobody
//! else reads a clock.

pub mod clock;
pub mod cpu;
pub mod environment;
pub mod interrupts;
pub mod limits;
