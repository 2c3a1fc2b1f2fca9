//! `sesbench-mock`: a mock of Amazon SES's SMTP interface.

use std::process::ExitCode;

use clap::Parser;
use sesbench_mock::cli;

#[derive(Parser)]
#[command(version, about, args_override_self = true, color = cli::help_colour())]
struct Program {
    #[command(flatten)]
    args: cli::Args,
}

fn main() -> ExitCode {
    cli::run(&Program::parse().args)
}
