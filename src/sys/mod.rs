//! The operating system: clocks, CPU time, limits, signals, the terminal. A small module
//! each, with safe crates; Linux is the first platform. No other module reads a
//! clock.

pub(crate) mod bell;
pub(crate) mod clock;
pub(crate) mod cpu;
pub(crate) mod environment;
pub(crate) mod interrupts;
pub(crate) mod limits;
pub(crate) mod machine;
pub(crate) mod terminal;
