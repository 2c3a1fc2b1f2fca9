//! `sesbench check`: what a scenario will do, in plain words.

use super::{CheckArgs, environment, usage};
use crate::scenario::{cautions, describe};
use crate::vocabulary::ExitCode;

/// Prints what the scenario will do, and what may surprise in it.
pub(super) fn check(args: &CheckArgs) -> ExitCode {
    let plan = match args.plan.resolve(&environment) {
        Ok(plan) => plan,
        Err(error) => return usage(&error),
    };
    print!("{}", describe(&plan));
    for caution in cautions(&plan) {
        println!("note: {caution}");
    }
    ExitCode::Pass
}
