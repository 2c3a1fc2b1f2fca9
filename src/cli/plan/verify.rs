//! Whether the plan is verified, and how.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::values::{run_time, whole};
use crate::analysis::capacity::WhichQuota;
use crate::app::plan::VerifyOptions;

/// The most sessions of a run.
const SESSIONS: u32 = 100_000;

/// Flags of the verification.
#[derive(Args, Debug)]
#[command(next_help_heading = "Verification")]
pub(super) struct VerifyArgs {
    /// Verify the plan on the mock of SES
    ///
    /// The largest day in virtual time, then two runs at the planned rates
    /// with the planned sessions, unscaled. Nothing leaves this machine.
    #[arg(long, verbatim_doc_comment)]
    verify: bool,
    /// Measured time of each run
    ///
    /// [default: as long as 1,000 messages take, from 30s to 5min]
    #[arg(long, value_name = "TIME", value_parser = run_time, requires = "verify")]
    verify_for: Option<Duration>,
    /// Quota: present or asked [default: asked]
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "QUOTA",
        requires = "verify"
    )]
    verify_quota: QuotaArg,
    /// Sessions in place of the planned ones
    #[arg(
        long,
        value_name = "N",
        value_parser = |text: &str| whole(text, 1, SESSIONS),
        requires = "verify"
    )]
    verify_sessions: Option<u32>,
    /// Go on with an interrupted verification in this DIR
    ///
    /// With the flags of its first part, the same program, and the machine
    /// not restarted.
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "out",
        requires = "verify",
        verbatim_doc_comment
    )]
    resume: Option<PathBuf>,
    /// Folder for the runs; created if missing
    ///
    /// [default: results/verify/<UTC time>-plan-<4 hex>]
    // The brackets are for a terminal, not for rustdoc.
    #[allow(rustdoc::invalid_html_tags)]
    #[arg(long, value_name = "DIR", requires = "verify")]
    out: Option<PathBuf>,
    /// No progress on stderr
    #[arg(long, requires = "verify")]
    quiet: bool,
}

/// The value of `--verify-quota`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum QuotaArg {
    /// The account's now
    Present,
    /// What the plan asks for
    #[default]
    Asked,
}

impl VerifyArgs {
    pub(super) fn options(&self) -> Option<VerifyOptions> {
        self.verify.then(|| VerifyOptions {
            quota: match self.verify_quota {
                QuotaArg::Present => WhichQuota::Present,
                QuotaArg::Asked => WhichQuota::Asked,
            },
            sessions: self.verify_sessions.map(u64::from),
            length: self.verify_for,
            out: self.out.clone(),
            resume: self.resume.clone(),
            quiet: self.quiet,
        })
    }
}
