//! `sesbench ses`: what there is to know before mail goes to SES. Nothing here
//! opens a connection.

mod endpoints;
mod password;
mod secret;

use clap::Subcommand;

pub use endpoints::EndpointsArgs;
pub use password::PasswordArgs;
pub(super) use secret::own as own_secret;

use crate::app::AppError;
use crate::ses;
use crate::vocabulary::ExitCode;

/// What to know.
#[derive(Debug, Subcommand)]
pub enum SesCommand {
    /// List the regions of SES with their SMTP endpoints and ports.
    Endpoints(EndpointsArgs),
    /// Make the SMTP password that belongs to an IAM secret access key.
    #[command(after_help = password::NOTE)]
    Password(PasswordArgs),
}

/// Runs the command, to its exit code. An error is one line on stderr.
pub(super) fn ses(command: &SesCommand) -> ExitCode {
    let done = match command {
        SesCommand::Endpoints(args) => endpoints::print(args),
        SesCommand::Password(args) => password::print(args),
    };
    done.map_or_else(AppError::report, |()| ExitCode::Pass)
}

/// Reads a region: one that is not in the table may be new, and is taken.
fn region(text: &str) -> Result<String, String> {
    if ses::is_region_name(text) {
        return Ok(text.to_owned());
    }
    Err("write a region such as us-east-1; `sesbench ses endpoints` lists them".to_owned())
}

/// What is worth saying about a region that may have no endpoint.
fn remark(region: &str) -> Option<String> {
    if ses::WITHOUT_ENDPOINT.contains(&region) {
        return Some(format!("{region} was reported to have no SMTP endpoint"));
    }
    ses::region(region).is_none().then(|| {
        format!("{region} is not in the table of regions: is it spelled right, or newer than this program?")
    })
}
