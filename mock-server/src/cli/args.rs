//! The flags.

use std::path::PathBuf;

use super::Flags;
use crate::settings::Latency;

/// A mock of Amazon SES's SMTP interface.
///
/// It listens on SES's ports with an offset, prints one line of JSON when it is
/// ready (ports, CA certificate, credentials made for this run) and one with
/// counts when it ends. Nothing it accepts goes anywhere.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Settings as a TOML file
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,

    /// One setting, such as `latency.dot=40ms` or `idle_timeout=2s`; wins over the file
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,

    /// Something that goes wrong, as a TOML table without braces, such as
    /// `at="dot", every=10, reply="454 Temporary service failure"`; repeatable,
    /// and behind those of the file
    #[arg(long = "fault", value_name = "RULE")]
    pub fault: Vec<String>,

    /// The keys of the settings, a flag each; they win over both
    #[command(flatten)]
    pub flags: Flags,

    /// Write the report on the clients' conduct to FILE as JSON, at the end and at each SIGUSR1
    #[arg(long, value_name = "FILE", conflicts_with = "supervised")]
    pub report: Option<PathBuf>,

    /// Delays to begin with, for programs that offer the mock as a subcommand
    /// of theirs; file and flags lay theirs over them
    #[arg(skip)]
    pub latency: Option<Latency>,

    /// Read the settings as one line of JSON from stdin, and serve until it is closed
    #[arg(long, hide = true)]
    pub supervised: bool,
}
