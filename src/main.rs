//! sesbench.
fn main() {}
