//! What must be sent: the volume, campaigns, and their messages.

use std::path::PathBuf;

use clap::Args;

use super::values::{factor, growth, number, peak_hour, recipients, size};
use crate::analysis::capacity::Campaign;
use crate::app::AppError;
use crate::app::plan::VolumeSource;
use crate::units::Size;
use crate::vocabulary::ExitCode;

/// Flags of the volume.
#[derive(Args, Debug)]
#[command(next_help_heading = "Volume")]
pub(super) struct VolumeArgs {
    /// Recipients a day, without campaigns
    #[arg(long, value_name = "N", value_parser = recipients, conflicts_with = "hourly")]
    per_day: Option<u64>,
    /// CSV file with the recipients of each hour
    ///
    /// Lines such as 2026-11-02T09:00,12000: every hour, at least 24.
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    hourly: Option<PathBuf>,
    /// Mailing with a deadline; repeatable
    ///
    /// It comes on top of the other volume, whose peak it may meet.
    /// [e.g. 500000@09:00..13:00, '500000 within 4h']
    #[arg(long, value_name = "CAMPAIGN", verbatim_doc_comment)]
    pub(super) campaign: Vec<Campaign>,
    /// Share of a day in its busiest hour
    ///
    /// [default: 12%]
    #[arg(long, value_name = "SHARE", value_parser = peak_hour, conflicts_with = "hourly")]
    peak_hour: Option<f64>,
    /// Busiest minute by the mean of its hour
    ///
    /// [default: 1.5]
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    pub(super) peak_factor: Option<f64>,
    /// Growth of the volume to plan for
    ///
    /// [default: 0%]
    #[arg(long, value_name = "SHARE", value_parser = growth)]
    pub(super) growth: Option<f64>,
    /// What to ask for beyond the peak
    ///
    /// [default: 25%]
    #[arg(long, value_name = "SHARE", value_parser = growth)]
    pub(super) headroom: Option<f64>,
    /// Recipients per message, as a mean
    ///
    /// [default: 1]
    #[arg(long, value_name = "N", value_parser = recipients_per_message)]
    pub(super) recipients_per_message: Option<f64>,
    /// Size of a message
    ///
    /// [default: 20KiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(super) size: Option<Size>,
    /// Size of its attachments, for the cost
    ///
    /// [default: 0B]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(super) attachments: Option<Size>,
}

/// SES accepts at most 50 recipients in a message.
fn recipients_per_message(text: &str) -> Result<f64, String> {
    number(text, 1.0, 50.0)
}

impl VolumeArgs {
    pub(super) fn source(&self) -> Result<VolumeSource, AppError> {
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
}
