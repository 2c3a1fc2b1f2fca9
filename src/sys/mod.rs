//! The operating system: clocks, CPU time, limits, signals. A small module
//! each, with safe crates; Linux is the first platform. No other module reads a
//! clock.

pub mod clock;
pub mod cpu;
pub mod environment;
pub mod interrupts;
pub mod limits;
