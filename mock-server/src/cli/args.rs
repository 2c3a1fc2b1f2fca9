//! The flags.

use std::net::IpAddr;
use std::path::PathBuf;

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

    /// Kind of account: sandbox (200 a day, 1/s), production (50,000, 14/s) or unlimited
    #[arg(long)]
    pub profile: Option<String>,

    /// Region to play [default: us-east-1]
    #[arg(long)]
    pub region: Option<String>,

    /// Sending rate, in recipients per second
    #[arg(long, value_name = "N")]
    pub rate: Option<f64>,

    /// Recipients that may be sent at once after a pause [default: one second of the rate]
    #[arg(long, value_name = "N")]
    pub burst: Option<f64>,

    /// Recipients per rolling 24 hours
    #[arg(long, value_name = "N")]
    pub daily: Option<u64>,

    /// Added to SES's ports (25, 465, 587, 2465, 2587); 0 is the real thing [default: 10000]
    #[arg(long, value_name = "N")]
    pub port_offset: Option<u16>,

    /// Take free ports instead, and print them
    #[arg(long)]
    pub ephemeral: bool,

    /// Address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<IpAddr>,

    /// Where to write the CA certificate, as PEM [default: a temporary file]
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,

    /// Serve /metrics, /state and more by HTTP on ADDRESS:PORT; a port alone is on loopback, 0 a free one
    #[arg(long, value_name = "[ADDRESS:]PORT")]
    pub control: Option<String>,

    /// Write each accepted message to DIR as <message id>.eml
    #[arg(long, value_name = "DIR")]
    pub capture: Option<PathBuf>,

    /// Write the report on the clients' conduct to FILE as JSON, at the end and at each SIGUSR1
    #[arg(long, value_name = "FILE", conflicts_with = "no_judge")]
    pub report: Option<PathBuf>,

    /// Don't watch how clients behave, and report nothing of it
    #[arg(long)]
    pub no_judge: bool,

    /// Read the settings as one line of JSON from stdin, and serve until it is closed
    #[arg(long, hide = true)]
    pub supervised: bool,
}
