//! The command line: flags in, exit code out.
//!
//! One file a subcommand. Flags that stand for a key of the scenario become
//! [`Override`](crate::scenario::Override)s, so that there is one way to a plan
//! and nothing below this folder sees a flag.

mod args;
mod check;
mod consent;
mod defects;
mod mock;
mod probe;
mod run;
mod ses;
mod shard;
mod stdout;
mod target;

use clap::{Parser, Subcommand};

pub use args::{CheckArgs, FormatArg, PlanArgs, RunArgs, RunOptions};
pub use mock::MockArgs;
pub use probe::ProbeArgs;
pub use ses::{EndpointsArgs, PasswordArgs, SesCommand};
pub use shard::ShardArg;
pub use target::TargetArg;

use crate::sys::limits::catch_file_size_signal;
use crate::vocabulary::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sesbench run
      Ten seconds against the embedded mock of SES: does it work here?
  sesbench run scenarios/steady.toml --rate 200/s --duration 1min
      A scenario, with two of its keys set otherwise.
  sesbench run --target relay.example.com:587 --rate 20/s --threshold 'response.p99<500ms'
      A relay over STARTTLS; exit code 1 when the threshold is missed.";

/// Load generator and measuring instrument for Amazon SES's SMTP interface,
/// and for any SMTP relay.
#[derive(Debug, Parser)]
#[command(
    name = "sesbench",
    version,
    after_help = EXAMPLES,
    args_override_self = true,
    color = sesbench_mock::cli::help_colour()
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Send, measure, and say whether it passed.
    Run(Box<RunArgs>),
    /// Say in plain words what a scenario will do, without doing it.
    Check(Box<CheckArgs>),
    /// Open one session, tell every step of it, and say what is wrong.
    Probe(Box<probe::ProbeArgs>),
    /// Tell what to know before mail goes to SES: endpoints, and the SMTP password.
    #[command(subcommand)]
    Ses(ses::SesCommand),
    /// Serve as a mock of SES, for this program or for yours.
    Mock(Box<MockArgs>),
}

/// Runs the command line, to the process's exit code.
pub fn main() -> std::process::ExitCode {
    let command = Cli::parse().command;
    // Without it a write beyond the limit ends the process, as it would anyway.
    let _ = catch_file_size_signal();
    match command {
        Command::Run(args) => defects::guarded(|| run::run(&args)).into(),
        Command::Check(args) => check::check(&args).into(),
        Command::Probe(args) => probe::probe(&args).into(),
        Command::Ses(command) => ses::ses(&command).into(),
        Command::Mock(args) => mock::mock(*args),
    }
}

/// The process's environment; what is not Unicode is as good as not set.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn usage(error: &crate::scenario::Error) -> ExitCode {
    eprintln!("sesbench: {error}");
    ExitCode::Usage
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound_and_every_flag_explains_itself() {
        let mut command = Cli::command();
        command.build();
        command.clone().debug_assert();
        let nested = |command: &clap::Command| command.get_subcommands().cloned().collect();
        let all = command.get_subcommands().flat_map(|each| {
            let inner: Vec<clap::Command> = nested(each);
            std::iter::once(each.clone()).chain(inner)
        });
        for subcommand in all.collect::<Vec<_>>() {
            for arg in subcommand.get_arguments() {
                assert!(arg.get_help().is_some(), "{}", arg.get_id());
            }
        }
    }
}
