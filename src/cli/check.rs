//! `sesbench check`: what a scenario will do, in plain words.

use std::fmt::Write;

use super::{CheckArgs, environment, stdout, usage};
use crate::app::Ended;
use crate::preview::{cautions, describe, statement};
use crate::scenario::{Plan, missing};
use crate::vocabulary::ExitCode;

/// Prints what the scenario will do, what it still lacks, and what may
/// surprise in it.
pub(super) fn check(args: &CheckArgs) -> ExitCode {
    let plan = match args.plan.resolve(&environment) {
        Ok(plan) => plan,
        Err(error) => return usage(&error),
    };
    let told = stdout::print(&text(&plan));
    told.map_or_else(Ended::tell, |()| ExitCode::Pass)
}

fn text(plan: &Plan) -> String {
    let mut text = describe(plan);
    if let Some(statement) = statement(plan) {
        let _ = write!(text, "{statement}");
    }
    for missing in missing(plan) {
        let _ = writeln!(text, "before it can run: {}: {}", missing.key, missing.why);
    }
    for caution in cautions(plan) {
        let _ = writeln!(text, "note: {caution}");
    }
    text
}
