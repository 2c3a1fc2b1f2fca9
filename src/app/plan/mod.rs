//! Capacity planning: reads what the plan is made from (the hourly volume, the
//! account, measured runs), makes it, verifies it if that is asked, and delivers it.

mod hourly;
mod measured;
mod verify;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::error::AppError;
use super::files::{self, OtherFiles};
use super::results::{ResultOptions, deliver};
use crate::analysis::capacity::{
    Campaign, CapacityPlan, Demand, Durations, Machine, PresentQuota, Question, SendQuota, Sources,
    Volume,
};
use crate::dispatch::Retry;
use crate::run::VERIFY;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::ExitCode;
pub(crate) use verify::VerifyOptions;

/// The seed of the simulations: the same question has the same answer.
const SEED: u64 = 1;

/// What is asked, with the files that have to be read.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) volume: VolumeSource,
    pub(crate) campaigns: Vec<Campaign>,
    pub(crate) peak_factor: f64,
    pub(crate) growth: f64,
    pub(crate) headroom: f64,
    pub(crate) recipients_per_message: f64,
    pub(crate) message_bytes: u64,
    pub(crate) attachment_bytes: u64,
    pub(crate) quota: QuotaSource,
    pub(crate) retry: Option<Retry>,
    pub(crate) times: TimesSource,
    /// As given; none: that of the runs, if there are any.
    pub(crate) cpu_per_message: Option<Duration>,
    pub(crate) messages_per_session: u32,
    pub(crate) wait_p99: Duration,
    pub(crate) machine: Machine,
    pub(crate) regions: u32,
    /// None: the plan is not verified.
    pub(crate) verify: Option<VerifyOptions>,
    pub(crate) result: ResultOptions<CapacityPlan>,
}

/// Where the volume beside campaigns comes from.
#[derive(Debug)]
pub(crate) enum VolumeSource {
    /// There is none.
    None,
    /// Given.
    PerDay {
        /// Recipients.
        recipients: u64,
        /// Share of the busiest hour.
        peak_hour_share: f64,
    },
    /// A CSV file.
    Hourly(PathBuf),
}

/// Where the present quota comes from.
#[derive(Debug)]
pub(crate) enum QuotaSource {
    /// Given, or assumed.
    Given(SendQuota, &'static str),
    /// The JSON of an account; `-` for standard input.
    Account(PathBuf),
}

/// Where transaction and set-up times come from.
#[derive(Debug)]
pub(crate) enum TimesSource {
    /// Given, or assumed.
    Given {
        transaction: Duration,
        setup: Duration,
        source: &'static str,
    },
    /// Run folders.
    Runs(Vec<PathBuf>),
}

/// Makes the plan, verifies it if that is asked, and prints it to `report`.
/// `interrupts` ends the verification early.
pub(crate) fn plan(
    request: &Request,
    interrupts: &Interrupts,
    report: &mut dyn Write,
) -> Result<ExitCode, AppError> {
    let usage = |why| AppError::new(ExitCode::Usage, why);
    check_files(request)?;
    let question = question(request).map_err(usage)?;
    let mut plan = CapacityPlan::new(&question).map_err(usage)?;
    let mut code = ExitCode::Pass;
    if let Some(options) = &request.verify {
        let (found, ended) = verify::verify(&question, &plan, options, interrupts)?;
        (plan.verification, code) = (Some(found), ended);
    }
    Ok(deliver(&plan, &request.result, code, report))
}

fn check_files(request: &Request) -> Result<(), AppError> {
    let mut inputs = Vec::new();
    if let VolumeSource::Hourly(file) = &request.volume {
        inputs.push((file.as_path(), "is the file of --hourly"));
    }
    if let QuotaSource::Account(file) = &request.quota {
        inputs.push((file.as_path(), "is the file of --account"));
    }
    let verify = request.verify.as_ref();
    let folder = verify.and_then(|verify| verify.out.as_deref().or(verify.resume.as_deref()));
    let names = [VERIFY.record];
    let others = OtherFiles {
        inputs: &inputs,
        folder: folder.map(|folder| (folder, &names[..])),
        trace: None,
    };
    files::check(&request.result.exports, others)
}

fn question(request: &Request) -> Result<Question, String> {
    let volume = match &request.volume {
        VolumeSource::None => None,
        VolumeSource::PerDay {
            recipients,
            peak_hour_share,
        } => Some(Volume::PerDay {
            recipients: *recipients as f64,
            peak_hour_share: *peak_hour_share,
        }),
        VolumeSource::Hourly(file) => {
            let hours = hourly::read(file).map_err(|why| format!("--hourly: {why}"))?;
            Some(Volume::Hourly(hours))
        }
    };
    let (present, quota) = present_quota(&request.quota)?;
    let (transaction, setup, measured_cpu, times) = times(&request.times)?;
    let given_cpu = request.cpu_per_message.map(|cpu| cpu.as_secs_f64());
    let cpu = match (given_cpu, measured_cpu) {
        (Some(_), _) => "given",
        (None, Some(_)) => "measured, of sesbench itself",
        (None, None) => "unknown: give --run or --cpu-per-message",
    };
    Ok(Question {
        demand: Demand {
            volume,
            campaigns: request.campaigns.clone(),
            peak_factor: request.peak_factor,
            growth: request.growth,
            headroom: request.headroom,
        },
        recipients_per_message: request.recipients_per_message,
        message_bytes: request.message_bytes,
        attachment_bytes: request.attachment_bytes,
        present,
        retry: request.retry,
        transaction,
        setup,
        messages_per_session: request.messages_per_session,
        wait_p99_s: request.wait_p99.as_secs_f64(),
        machine: request.machine,
        cpu_per_message_s: given_cpu.or(measured_cpu),
        regions: request.regions,
        seed: SEED,
        sources: Sources {
            quota,
            times,
            cpu: cpu.to_owned(),
        },
    })
}

fn present_quota(source: &QuotaSource) -> Result<(PresentQuota, String), String> {
    match source {
        QuotaSource::Given(quota, source) => {
            let present = PresentQuota {
                quota: *quota,
                sent_last_24h: 0,
            };
            Ok((present, (*source).to_owned()))
        }
        QuotaSource::Account(file) => {
            let snapshot = super::account::read(file).map_err(|why| format!("--account: {why}"))?;
            let age = snapshot.age.map(|age| {
                let seconds = Duration::from_secs(age.as_secs());
                format!(", {} old", humantime::format_duration(seconds))
            });
            let origin = snapshot.origin();
            let account = snapshot.account;
            let state = match (account.blocked(), account.production) {
                (Some((key, why)), _) => format!("; `{key}` is {why}"),
                (None, Some(false)) => {
                    "; in the sandbox: ask for production access first".to_owned()
                }
                _ => String::new(),
            };
            let source = format!("from {origin}{}{state}", age.unwrap_or_default());
            let quota = SendQuota {
                rate_per_s: account.rate_per_s,
                per_day: account.per_day,
            };
            let present = PresentQuota {
                quota,
                sent_last_24h: account.sent_last_24h,
            };
            Ok((present, source))
        }
    }
}

type Times = (Durations, Durations, Option<f64>, String);

fn times(source: &TimesSource) -> Result<Times, String> {
    match source {
        TimesSource::Given {
            transaction,
            setup,
            source,
        } => {
            let of = |time: &Duration| Durations::constant(*time);
            Ok((of(transaction), of(setup), None, (*source).to_owned()))
        }
        TimesSource::Runs(folders) => {
            let found = measured::read(folders).map_err(|why| format!("--run: {why}"))?;
            let cpu = found.cpu_per_message_s;
            Ok((found.transaction, found.setup, cpu, found.source))
        }
    }
}
