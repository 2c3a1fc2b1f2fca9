//! `sesbench ses`: endpoints and SMTP passwords of SES. Nothing here opens a
//! connection.

mod endpoints;
mod password;
mod secret;

use clap::Subcommand;

pub(crate) use endpoints::EndpointsArgs;
pub(crate) use password::PasswordArgs;
pub(super) use secret::own as own_secret;

use crate::app::AppError;
use crate::ses;
use crate::vocabulary::ExitCode;

/// The subcommands of `ses`.
#[derive(Debug, Subcommand)]
pub enum SesCommand {
    /// List the regions of SES with their SMTP endpoints and ports.
    Endpoints(EndpointsArgs),
    /// Derive the SMTP password from an IAM secret access key.
    #[command(after_help = password::NOTE)]
    Password(PasswordArgs),
}

/// Runs the command; returns its exit code. An error is one line on stderr.
pub(super) fn ses(command: &SesCommand) -> ExitCode {
    let done = match command {
        SesCommand::Endpoints(args) => endpoints::print(args),
        SesCommand::Password(args) => password::print(args),
    };
    done.map_or_else(AppError::report, |()| ExitCode::Pass)
}

/// Parses a region. One that is not in the table may be new, and is accepted.
fn region(text: &str) -> Result<String, String> {
    if ses::is_region_name(text) {
        return Ok(text.to_owned());
    }
    Err("expected a region such as us-east-1; `sesbench ses endpoints` lists them".to_owned())
}

/// The note on a region that may have no endpoint.
fn remark(region: &str) -> Option<String> {
    if ses::WITHOUT_ENDPOINT.contains(&region) {
        return Some(format!("{region} is reported to have no SMTP endpoint"));
    }
    ses::region(region).is_none().then(|| {
        format!("{region} is not in the table of regions: check the spelling, or it is newer than this program")
    })
}
