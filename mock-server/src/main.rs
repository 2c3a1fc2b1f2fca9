//! mock.
fn main() {}
