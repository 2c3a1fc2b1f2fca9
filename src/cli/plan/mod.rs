//! `sesbench plan`: its flags, and the question that they make.

mod client;
mod machines;
mod quota;
mod values;
mod verify;
mod volume;

use std::io;

use clap::{Arg, Args};

use super::ResultArgs;
use crate::analysis::capacity::CapacityPlan;
use crate::app::AppError;
use crate::app::plan::{Request, plan as carry_out};
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::ExitCode;
use client::ClientArgs;
use machines::MachineArgs;
use quota::QuotaArgs;
use verify::VerifyArgs;
use volume::VolumeArgs;

const EXAMPLES: &str = "\
Examples:
  sesbench plan --per-day 2000000 --growth 20%
      Which quota, how many sessions, at what cost?
  aws sesv2 get-account | sesbench plan --hourly volume.csv --account -
      The same from the volume of each hour and the account's present quota.
  sesbench plan --campaign '500000 within 4h' --run results/runs/my-run
      A mailing, with times that a run has measured.
  sesbench plan --per-day 2000000 --verify
      Does the plan hold, on the mock of SES?";

/// Arguments of `plan`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, mut_args(with_negatives))]
pub struct CapacityArgs {
    /// What must be sent.
    #[command(flatten)]
    volume: VolumeArgs,
    /// The present quota.
    #[command(flatten)]
    quota: QuotaArgs,
    /// The client.
    #[command(flatten)]
    client: ClientArgs,
    /// The machines.
    #[command(flatten)]
    machines: MachineArgs,
    /// Whether and how the plan is verified.
    #[command(flatten)]
    verify: VerifyArgs,
    /// How the result is shown.
    #[command(flatten)]
    result: ResultArgs<CapacityPlan>,
}

/// A negative quantity is the flag's value, so that the error states what is expected.
fn with_negatives(arg: Arg) -> Arg {
    let names = arg.get_value_names().unwrap_or_default();
    let is_quantity = names.iter().any(|name| {
        ["N", "SHARE", "FACTOR", "TIME", "RATE", "SIZE", "CAMPAIGN"].contains(&name.as_str())
    });
    arg.allow_hyphen_values(is_quantity)
}

impl CapacityArgs {
    fn request(&self) -> Result<Request, AppError> {
        let (volume, client) = (&self.volume, &self.client);
        Ok(Request {
            volume: volume.source()?,
            campaigns: volume.campaign.clone(),
            peak_factor: volume.peak_factor.unwrap_or(1.5),
            growth: volume.growth.unwrap_or(0.0),
            headroom: volume.headroom.unwrap_or(0.25),
            recipients_per_message: volume.recipients_per_message.unwrap_or(1.0),
            message_bytes: volume.size.map_or(20 << 10, |size| size.0),
            attachment_bytes: volume.attachments.map_or(0, |size| size.0),
            quota: self.quota.source(),
            retry: client.retry(),
            times: client.times(),
            cpu_per_message: self.machines.cpu_per_message,
            messages_per_session: client.messages_per_session(),
            wait_p99: client.wait_p99(),
            machine: self.machines.machine(),
            regions: self.quota.regions.unwrap_or(1),
            verify: self.verify.options(),
            result: self.result.options(),
        })
    }
}

/// Runs the command; returns its exit code. An error is one line on stderr.
pub(super) fn plan(args: &CapacityArgs) -> ExitCode {
    let done = args.request().and_then(|request| {
        // Without a verification nothing has to be stopped in an orderly way.
        let interrupts = match &request.verify {
            Some(_) => Interrupts::listen(),
            None => Ok(Interrupts::default()),
        };
        let interrupts = interrupts.map_err(|error| {
            let why = format!("cannot install signal handlers: {error}");
            AppError::new(ExitCode::Inconclusive, why)
        })?;
        carry_out(&request, &interrupts, &mut io::stdout())
    });
    done.unwrap_or_else(AppError::report)
}
