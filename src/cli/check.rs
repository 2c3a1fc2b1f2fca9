//! `sesbench check`: the dry run. It prints what a scenario will do, and sends
//! nothing.

use std::fmt::Write;

use super::{CheckArgs, environment, usage};
use crate::app::{AppError, stdout};
use crate::preview::{description, impact, warnings};
use crate::scenario::{Plan, missing};
use crate::vocabulary::ExitCode;

/// Prints what the scenario will do, what is missing before it can run, and
/// what may surprise.
pub(super) fn check(args: &CheckArgs) -> ExitCode {
    let plan = match args.plan.resolve(&environment) {
        Ok(plan) => plan,
        Err(error) => return usage(&error),
    };
    let printed = stdout::print(&text(&plan));
    printed.map_or_else(AppError::report, |()| ExitCode::Pass)
}

fn text(plan: &Plan) -> String {
    let mut text = description(plan);
    if let Some(impact) = impact(plan) {
        let _ = write!(text, "{impact}");
    }
    for missing in missing(plan) {
        let _ = writeln!(text, "before it can run: {}: {}", missing.key, missing.why);
    }
    for warning in warnings(plan) {
        let _ = writeln!(text, "note: {warning}");
    }
    text
}
