//! `sesbench run`: from flags to exit code. Before real mail through SES the
//! user has to confirm.

use std::io;

use super::ses::own_secret;
use super::{RunArgs, consent, environment};
use crate::app::AppError;
use crate::app::run::{Request, run as carry_out};
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::ExitCode;

/// Runs the command; returns its exit code. An error is one line on stderr.
pub(super) fn run(args: &RunArgs) -> ExitCode {
    request(args)
        .and_then(|request| {
            let interrupts = Interrupts::listen().map_err(|error| {
                let why = format!("cannot install signal handlers: {error}");
                AppError::new(ExitCode::Inconclusive, why)
            })?;
            carry_out(request, &interrupts, &mut io::stdout())
        })
        .unwrap_or_else(AppError::report)
}

fn request(args: &RunArgs) -> Result<Request, AppError> {
    let resolved = args.resolve(&environment);
    let (plan, options) = resolved.map_err(|error| AppError::new(ExitCode::Usage, error))?;
    let consent = consent::ask(&plan, options.yes);
    consent.map_err(|none| AppError::new(none.code(), none))?;
    Ok(Request {
        plan,
        source: args.plan.source(),
        options: options.options(),
        secret: own_secret(&environment),
    })
}
