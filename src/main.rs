//! The `sesbench` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    sesbench::main()
}
