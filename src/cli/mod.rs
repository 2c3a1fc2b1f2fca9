//! The command line: flags in, exit code out.
//!
//! One file per subcommand. Flags that set a scenario key become
//! [`Override`](crate::scenario::Override)s, so that there is one way to a plan
//! and no code below this folder knows a flag.

mod ab;
mod args;
mod check;
mod compare;
mod consent;
mod defects;
mod key_flags;
mod metrics_args;
mod mock;
mod plan;
mod probe;
mod progress_args;
mod report;
mod result_args;
mod run;
mod search;
mod ses;
mod shard;
mod target;

use clap::{Parser, Subcommand};

pub(crate) use args::{CheckArgs, PlanArgs, RunArgs};
pub(crate) use key_flags::KeyFlags;
pub(crate) use metrics_args::MetricsArgs;
pub(crate) use mock::MockArgs;
pub(crate) use progress_args::ProgressArgs;
pub(crate) use result_args::ResultArgs;
pub(crate) use shard::ShardArg;
pub(crate) use target::TargetArg;

use crate::output::screen::print_message;
use crate::sys::limits::catch_file_size_signal;
use crate::vocabulary::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sesbench run
      Smoke test: ten seconds against the embedded mock of SES.
  sesbench run scenarios/steady.toml --rate 200/s --duration 1min
      A scenario file, with two of its keys overridden.
  sesbench run --target relay.example.com:587 --rate 20/s \\
      --threshold 'response.p99<500ms'
      A relay over STARTTLS; exit code 1 if the threshold is missed.";

/// In two lines, because clap does not wrap it.
const ABOUT: &str = "\
Load generator and measuring instrument for Amazon SES's SMTP interface,
and for any SMTP relay";

/// The flags and subcommands of `sesbench`.
#[derive(Debug, Parser)]
#[command(
    name = "sesbench",
    version,
    about = ABOUT,
    after_help = EXAMPLES,
    args_override_self = true,
    color = sesbench_mock::cli::help_colour()
)]
pub struct Cli {
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Send mail on a schedule, measure, and check the thresholds.
    Run(Box<RunArgs>),
    /// Dry run: show what a scenario will do, and send nothing.
    Check(Box<CheckArgs>),
    /// Compare the values of a key: run them in turn, and decide.
    #[command(mut_arg("shard", |arg| arg.hide(true)))]
    Ab(Box<ab::AbArgs>),
    /// Compare two groups of run folders, and decide whether one is worse.
    Compare(Box<compare::CompareArgs>),
    /// Open one session, show every step, and diagnose what is wrong.
    Probe(Box<probe::ProbeArgs>),
    /// Find the highest rate that holds, or the fewest sessions.
    Search(Box<search::SearchArgs>),
    /// Plan capacity: the quota to ask for, sessions, machines, cost.
    Plan(Box<plan::CapacityArgs>),
    /// Write report.html of finished runs, from their folders.
    Report(Box<report::ReportArgs>),
    /// List the endpoints of SES, or derive an SMTP password.
    #[command(subcommand)]
    Ses(ses::SesCommand),
    /// Run a mock of SES, for sesbench or for your own program.
    Mock(Box<MockArgs>),
}

/// Runs the command line; returns the exit code of the process.
pub fn main() -> std::process::ExitCode {
    let command = Cli::parse().command;
    // If it fails, a write beyond the limit kills the process, as it does by default.
    let _ = catch_file_size_signal();
    match command {
        Command::Run(args) => defects::guarded(|| run::run(&args)).into(),
        Command::Check(args) => check::check(&args).into(),
        Command::Ab(args) => defects::guarded(|| ab::ab(&args)).into(),
        Command::Compare(args) => compare::compare(&args).into(),
        Command::Probe(args) => probe::probe(&args).into(),
        Command::Search(args) => defects::guarded(|| search::search(&args)).into(),
        Command::Plan(args) => defects::guarded(|| plan::plan(&args)).into(),
        Command::Report(args) => report::report(&args).into(),
        Command::Ses(command) => ses::ses(&command).into(),
        Command::Mock(args) => mock::mock(*args),
    }
}

/// A variable of the process's environment; one that is not Unicode counts as
/// not set.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn usage(error: &crate::scenario::Error) -> ExitCode {
    print_message(&error.to_string());
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
