//! The flags of the mock, except those generated from the table of settings.

use std::path::PathBuf;

use super::Flags;
use crate::settings::Latency;

/// A mock of Amazon SES's SMTP interface.
///
/// It listens on SES's ports with an offset, prints one line of JSON when it is
/// ready (ports, CA certificate, credentials generated for this run) and one with
/// counts when it ends. It delivers nothing.
// Clap does not wrap help: its lines are broken here, for 80 columns.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_line_help = true, verbatim_doc_comment)]
pub struct Args {
    /// Settings as a TOML file
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,

    /// One setting, such as `latency.dot=40ms` or `idle_timeout=2s`; takes
    /// precedence over the file; repeatable
    #[arg(long = "set", value_name = "KEY=VALUE", verbatim_doc_comment)]
    pub set: Vec<String>,

    /// One rule of fault injection, as a TOML table without braces, such as
    /// `at="dot", every=10, reply="454 Temporary service failure"`;
    /// repeatable, applied after the rules of the file
    #[arg(long = "fault", value_name = "RULE", verbatim_doc_comment)]
    pub fault: Vec<String>,

    /// A flag for each key of the settings; they take precedence over both
    #[command(flatten)]
    pub flags: Flags,

    /// Write the report on how clients treat SES to FILE as JSON, at the end
    /// and at each SIGUSR1
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "supervised",
        verbatim_doc_comment
    )]
    pub report: Option<PathBuf>,

    /// Default delays, for programs that offer the mock as a subcommand; file
    /// and flags override them
    #[arg(skip)]
    pub latency: Option<Latency>,

    /// Read the settings as one line of JSON from stdin, and serve until stdin is closed
    #[arg(long, hide = true)]
    pub supervised: bool,
}
