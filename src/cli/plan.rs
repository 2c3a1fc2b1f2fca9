//! `sesbench plan`: its flags, and the question that they make.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::ResultArgs;
use crate::analysis::capacity::{Campaign, CapacityPlan, Machine, SendQuota};
use crate::app::AppError;
use crate::app::plan::{QuotaSource, Request, TimesSource, VolumeSource, plan as carry_out};
use crate::dispatch::Retry;
use crate::units::{PerTime, Size, duration, share};
use crate::vocabulary::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sesbench plan --per-day 2000000 --growth 20%
      Which quota, how many sessions, at what cost?
  aws sesv2 get-account | sesbench plan --hourly volume.csv --account -
      The same from the volume of each hour and the account's present quota.
  sesbench plan --campaign '500000 within 4h' --run results/runs/my-run
      A mailing, with times that a run has measured.";

const VOLUME: &str = "Volume";
const QUOTA: &str = "Quota";
const CLIENT: &str = "Client";
const MACHINES: &str = "Machines";

/// The highest number of recipients.
const MAX_RECIPIENTS: u64 = 1_000_000_000_000;

/// Assumed where nothing is known: a common first grant of production access.
const USUAL_RATE: f64 = 14.0;
const USUAL_DAY: u64 = 50_000;

/// Assumed where nothing was measured: a client some 25 ms away from SES.
const USUAL_TRANSACTION: Duration = Duration::from_millis(150);
const USUAL_SETUP: Duration = Duration::from_millis(400);

/// Arguments of `plan`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
// These comments are the help: `[default: ...]` and `<...>` are for a terminal, not
// for rustdoc.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
pub struct CapacityArgs {
    /// Recipients a day, without campaigns
    #[arg(
        long,
        value_name = "N",
        value_parser = recipients,
        allow_negative_numbers = true,
        conflicts_with = "hourly",
        help_heading = VOLUME,
        verbatim_doc_comment
    )]
    pub per_day: Option<u64>,
    /// CSV file with the recipients of each hour
    ///
    /// Lines such as 2026-11-02T09:00,12000: every hour, at least 24.
    #[arg(long, value_name = "FILE", help_heading = VOLUME, verbatim_doc_comment)]
    pub hourly: Option<PathBuf>,
    /// Mailing with a deadline; repeatable
    ///
    /// It comes on top of the other volume, whose peak it may meet.
    /// [e.g. 500000@09:00..13:00, '500000 within 4h']
    #[arg(
        long,
        value_name = "CAMPAIGN",
        allow_hyphen_values = true,
        help_heading = VOLUME,
        verbatim_doc_comment
    )]
    pub(crate) campaign: Vec<Campaign>,
    /// Share of a day in its busiest hour
    ///
    /// [default: 12%]
    #[arg(
        long,
        value_name = "SHARE",
        value_parser = peak_hour,
        conflicts_with = "hourly",
        help_heading = VOLUME, verbatim_doc_comment)]
    pub peak_hour: Option<f64>,
    /// Busiest minute by the mean of its hour
    ///
    /// [default: 1.5]
    #[arg(
        long,
        value_name = "FACTOR",
        value_parser = peak_factor,
        allow_negative_numbers = true,
        help_heading = VOLUME, verbatim_doc_comment)]
    pub peak_factor: Option<f64>,
    /// Growth of the volume to plan for
    ///
    /// [default: 0%]
    #[arg(
        long,
        value_name = "SHARE",
        value_parser = growth,
        allow_hyphen_values = true,
        help_heading = VOLUME, verbatim_doc_comment)]
    pub growth: Option<f64>,
    /// What to ask for beyond the peak
    ///
    /// [default: 25%]
    #[arg(
        long,
        value_name = "SHARE",
        value_parser = growth,
        allow_hyphen_values = true,
        help_heading = VOLUME, verbatim_doc_comment)]
    pub headroom: Option<f64>,
    /// Recipients per message, as a mean
    ///
    /// [default: 1]
    #[arg(
        long,
        value_name = "N",
        value_parser = recipients_per_message,
        allow_negative_numbers = true,
        help_heading = VOLUME, verbatim_doc_comment)]
    pub recipients_per_message: Option<f64>,
    /// Size of a message
    ///
    /// [default: 20KiB]
    #[arg(long, value_name = "SIZE", help_heading = VOLUME, verbatim_doc_comment)]
    pub size: Option<Size>,
    /// Size of its attachments, for the cost
    ///
    /// [default: 0B]
    #[arg(long, value_name = "SIZE", help_heading = VOLUME, verbatim_doc_comment)]
    pub attachments: Option<Size>,
    /// Present quota: the account as JSON; - for stdin
    ///
    /// As printed by `aws sesv2 get-account` or `aws ses get-send-quota`.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["rate_quota", "daily_quota"],
        help_heading = QUOTA,
        verbatim_doc_comment
    )]
    pub account: Option<PathBuf>,
    /// Present sending rate, in recipients
    ///
    /// [default: 14/s]
    #[arg(long, value_name = "RATE", value_parser = rate, help_heading = QUOTA, verbatim_doc_comment)]
    pub rate_quota: Option<f64>,
    /// Present recipients in any 24 hours
    ///
    /// [default: 50000]
    #[arg(
        long,
        value_name = "N",
        value_parser = recipients,
        allow_negative_numbers = true,
        help_heading = QUOTA, verbatim_doc_comment)]
    pub daily_quota: Option<u64>,
    /// Regions that share the volume
    ///
    /// [default: 1]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=100),
        help_heading = QUOTA, verbatim_doc_comment)]
    pub regions: Option<u32>,
    /// Measured run folders; repeatable
    ///
    /// They give the transaction and set-up times and the CPU per message.
    /// Without them these are assumed, and the result names that.
    #[arg(
        long,
        value_name = "DIR",
        num_args = 1..,
        conflicts_with_all = ["transaction", "setup"],
        help_heading = CLIENT,
        verbatim_doc_comment
    )]
    pub run: Vec<PathBuf>,
    /// Mean time of a transaction
    ///
    /// [default: 150ms]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = CLIENT, verbatim_doc_comment)]
    pub transaction: Option<Duration>,
    /// Mean time of a session's set-up
    ///
    /// [default: 400ms]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = CLIENT, verbatim_doc_comment)]
    pub setup: Option<Duration>,
    /// Messages before a session is closed
    ///
    /// [default: 50]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000),
        help_heading = CLIENT, verbatim_doc_comment)]
    pub messages_per_session: Option<u32>,
    /// Longest p99 of the wait for a session
    ///
    /// [default: 50ms]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = CLIENT, verbatim_doc_comment)]
    pub wait_p99: Option<Duration>,
    /// Attempts at a message; 1: no retry
    ///
    /// [default: 5]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000),
        help_heading = CLIENT, verbatim_doc_comment)]
    pub retry_attempts: Option<u32>,
    /// Upper bound of the wait before a retry
    ///
    /// [default: 1s]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = CLIENT, verbatim_doc_comment)]
    pub retry_base: Option<Duration>,
    /// Growth of that bound from wait to wait
    ///
    /// [default: 2]
    #[arg(
        long,
        value_name = "FACTOR",
        value_parser = peak_factor,
        allow_negative_numbers = true,
        help_heading = CLIENT, verbatim_doc_comment)]
    pub retry_factor: Option<f64>,
    /// Maximum of that bound
    ///
    /// [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = CLIENT, verbatim_doc_comment)]
    pub retry_cap: Option<Duration>,
    /// Processor time of a message
    ///
    /// [default: that of --run]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = MACHINES, verbatim_doc_comment)]
    pub cpu_per_message: Option<Duration>,
    /// Cores of a machine
    ///
    /// [default: 2]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=4_096),
        help_heading = MACHINES, verbatim_doc_comment)]
    pub cores: Option<u32>,
    /// Open files that a process may have
    ///
    /// [default: 1024]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(128..=100_000_000),
        help_heading = MACHINES, verbatim_doc_comment)]
    pub files: Option<u32>,
    /// How the result is shown.
    #[command(flatten)]
    pub(crate) result: ResultArgs<CapacityPlan>,
}

impl CapacityArgs {
    fn request(&self) -> Result<Request, AppError> {
        Ok(Request {
            volume: self.volume()?,
            campaigns: self.campaign.clone(),
            peak_factor: self.peak_factor.unwrap_or(1.5),
            growth: self.growth.unwrap_or(0.0),
            headroom: self.headroom.unwrap_or(0.25),
            recipients_per_message: self.recipients_per_message.unwrap_or(1.0),
            message_bytes: self.size.map_or(20 << 10, |size| size.0),
            attachment_bytes: self.attachments.map_or(0, |size| size.0),
            quota: self.quota(),
            retry: self.retry(),
            times: self.times(),
            cpu_per_message: self.cpu_per_message,
            messages_per_session: self.messages_per_session.unwrap_or(50),
            wait_p99: self.wait_p99.unwrap_or(Duration::from_millis(50)),
            machine: Machine {
                cores: self.cores.unwrap_or(2),
                files: self.files.unwrap_or(1_024),
            },
            regions: self.regions.unwrap_or(1),
            result: self.result.options(),
        })
    }

    fn volume(&self) -> Result<VolumeSource, AppError> {
        match (self.per_day, &self.hourly) {
            (Some(recipients), _) => Ok(VolumeSource::PerDay {
                recipients,
                peak_hour_share: self.peak_hour.unwrap_or(0.12),
            }),
            (None, Some(file)) => Ok(VolumeSource::Hourly(file.clone())),
            (None, None) if !self.campaign.is_empty() => Ok(VolumeSource::None),
            (None, None) => Err(AppError::new(
                ExitCode::Usage,
                "plan: no volume: expected --per-day N, --hourly FILE or --campaign CAMPAIGN",
            )),
        }
    }

    fn quota(&self) -> QuotaSource {
        if let Some(file) = &self.account {
            return QuotaSource::Account(file.clone());
        }
        let source = match (self.rate_quota, self.daily_quota) {
            (Some(_), Some(_)) => "given",
            (None, None) => "assumed: a common first grant",
            _ => "partly given; the other part is a common first grant",
        };
        let quota = SendQuota {
            rate_per_s: self.rate_quota.unwrap_or(USUAL_RATE),
            per_day: Some(self.daily_quota.unwrap_or(USUAL_DAY)),
        };
        QuotaSource::Given(quota, source)
    }

    fn retry(&self) -> Option<Retry> {
        let attempts = self.retry_attempts.unwrap_or(5);
        let attempts = NonZeroU32::new(attempts).filter(|attempts| attempts.get() > 1)?;
        Some(Retry {
            base: self.retry_base.unwrap_or(Duration::from_secs(1)),
            factor: self.retry_factor.unwrap_or(2.0),
            cap: self.retry_cap.unwrap_or(Duration::from_secs(30)),
            attempts,
        })
    }

    fn times(&self) -> TimesSource {
        if !self.run.is_empty() {
            return TimesSource::Runs(self.run.clone());
        }
        let source = match (self.transaction, self.setup) {
            (Some(_), Some(_)) => "given",
            (None, None) => "assumed, not measured: give --run",
            _ => "partly given, partly assumed: give --run",
        };
        TimesSource::Given {
            transaction: self.transaction.unwrap_or(USUAL_TRANSACTION),
            setup: self.setup.unwrap_or(USUAL_SETUP),
            source,
        }
    }
}

/// Runs the command; returns its exit code. An error is one line on stderr.
pub(super) fn plan(args: &CapacityArgs) -> ExitCode {
    args.request()
        .and_then(carry_out)
        .unwrap_or_else(AppError::report)
}

/// A number of recipients; `_` and `,` may group its digits.
fn recipients(text: &str) -> Result<u64, String> {
    let number = text.replace(['_', ','], "").parse::<u64>().ok();
    let number = number.filter(|number| (1..=MAX_RECIPIENTS).contains(number));
    number.ok_or_else(|| "expected a whole number of recipients from 1 to 10^12".to_owned())
}

fn within(text: &str, min: f64, max: f64) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| format!("expected a number from {min} to {max}"))
}

fn peak_factor(text: &str) -> Result<f64, String> {
    within(text, 1.0, 100.0)
}

/// SES accepts at most 50 recipients in a message.
fn recipients_per_message(text: &str) -> Result<f64, String> {
    within(text, 1.0, 50.0)
}

fn growth(text: &str) -> Result<f64, String> {
    let share = share::parse(text).ok().filter(|share| *share <= 100.0);
    share.ok_or_else(|| "expected a percentage from 0% to 10000%, such as 20%".to_owned())
}

fn peak_hour(text: &str) -> Result<f64, String> {
    let share = share::parse(text).ok();
    let share = share.filter(|share| (1.0 / 24.0..=1.0).contains(share));
    share.ok_or_else(|| {
        "expected a percentage from 4.17% (all hours alike) to 100%, such as 12%".to_owned()
    })
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = PerTime::parse(text).map_err(|error| error.to_string())?;
    let rate = Some(rate.per_second()).filter(|rate| (0.001..=1e6).contains(rate));
    rate.ok_or_else(|| "expected a rate from 0.001/s to 1000000/s".to_owned())
}

/// From a microsecond, so that no simulation needs endless steps.
fn time(text: &str) -> Result<Duration, String> {
    let time = duration::parse(text).map_err(|error| error.to_string())?;
    let range = Duration::from_micros(1)..=Duration::from_secs(3_600);
    let time = Some(time).filter(|time| range.contains(time));
    time.ok_or_else(|| "expected a time from 1us to 1h".to_owned())
}
