//! `sesbench mock`: the mock of SES, as its own crate has it.

use std::process::ExitCode;

/// Serves until it is told to stop.
pub(super) fn mock(args: &sesbench_mock::cli::Args) -> ExitCode {
    sesbench_mock::cli::run(args)
}
