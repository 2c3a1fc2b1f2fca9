//! What the operating system tells and does, one small module each.

mod environment;

pub use environment::Environment;
