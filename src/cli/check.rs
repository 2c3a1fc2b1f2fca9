//! `sesbench check`: what a scenario will do, in plain words.

use super::{CheckArgs, environment, usage};
use crate::scenario::{cautions, describe, missing, statement};
use crate::vocabulary::ExitCode;

/// Prints what the scenario will do, what it still lacks, and what may
/// surprise in it.
pub(super) fn check(args: &CheckArgs) -> ExitCode {
    let plan = match args.plan.resolve(&environment) {
        Ok(plan) => plan,
        Err(error) => return usage(&error),
    };
    print!("{}", describe(&plan));
    if let Some(statement) = statement(&plan) {
        print!("{statement}");
    }
    for missing in missing(&plan) {
        println!("before it can run: {}: {}", missing.key, missing.why);
    }
    for caution in cautions(&plan) {
        println!("note: {caution}");
    }
    ExitCode::Pass
}
