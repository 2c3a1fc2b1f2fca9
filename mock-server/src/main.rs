//! `sesbench-mock`: a mock of Amazon SES's SMTP interface.

use std::process::ExitCode;

use clap::Parser;
use sesbench_mock::cli;

const ABOUT: &str = "\
A mock of Amazon SES's SMTP interface: STARTTLS, TLS wrapper, credentials,
quotas and throttling";

#[derive(Parser)]
#[command(version, about = ABOUT, args_override_self = true, color = cli::help_colour())]
struct Program {
    #[command(flatten)]
    args: cli::Args,
}

fn main() -> ExitCode {
    cli::run(&Program::parse().args)
}
