//! The present quota, and the regions that it is asked for in.

use std::path::PathBuf;

use clap::Args;

use super::values::{rate, recipients, whole};
use crate::analysis::capacity::SendQuota;
use crate::app::plan::QuotaSource;

/// Assumed where nothing is known: what production access began with when Amazon still
/// published it ("it varies based on your specific use case", SES Developer Guide).
const USUAL_RATE: f64 = 14.0;
const USUAL_DAY: u64 = 50_000;

/// Flags of the quota.
#[derive(Args, Debug)]
#[command(next_help_heading = "Quota")]
pub(super) struct QuotaArgs {
    /// Present quota: the account as JSON; - for stdin
    ///
    /// As printed by `aws sesv2 get-account` or `aws ses get-send-quota`.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["rate_quota", "daily_quota"],
        verbatim_doc_comment
    )]
    account: Option<PathBuf>,
    /// Present sending rate, in recipients
    ///
    /// [default: 14/s]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    rate_quota: Option<f64>,
    /// Present recipients in any 24 hours
    ///
    /// [default: 50000]
    #[arg(long, value_name = "N", value_parser = recipients)]
    daily_quota: Option<u64>,
    /// Regions that share the volume
    ///
    /// [default: 1]
    #[arg(long, value_name = "N", value_parser = |text: &str| whole(text, 1, 100))]
    pub(super) regions: Option<u32>,
}

impl QuotaArgs {
    pub(super) fn source(&self) -> QuotaSource {
        if let Some(file) = &self.account {
            return QuotaSource::Account(file.clone());
        }
        let source = match (self.rate_quota, self.daily_quota) {
            (Some(_), Some(_)) => "given",
            (None, None) => "assumed: a former default, as Amazon publishes none now",
            _ => "partly given; the other part is a former default",
        };
        let quota = SendQuota {
            rate_per_s: self.rate_quota.unwrap_or(USUAL_RATE),
            per_day: Some(self.daily_quota.unwrap_or(USUAL_DAY)),
        };
        QuotaSource::Given(quota, source)
    }
}
