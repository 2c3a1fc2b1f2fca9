//! The client's machines.

use std::time::Duration;

use clap::Args;

use super::values::{time, whole};
use crate::analysis::capacity::Machine;

/// Flags of the machines.
#[derive(Args, Debug)]
#[command(next_help_heading = "Machines")]
pub(super) struct MachineArgs {
    /// Processor time of a message
    ///
    /// [default: that of --run]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) cpu_per_message: Option<Duration>,
    /// Cores of a machine
    ///
    /// [default: 2]
    #[arg(long, value_name = "N", value_parser = |text: &str| whole(text, 1, 4_096))]
    cores: Option<u32>,
    /// Open files that a process may have
    ///
    /// [default: 1024]
    #[arg(long, value_name = "N", value_parser = |text: &str| whole(text, 128, 100_000_000))]
    files: Option<u32>,
}

impl MachineArgs {
    pub(super) fn machine(&self) -> Machine {
        Machine {
            cores: self.cores.unwrap_or(2),
            files: self.files.unwrap_or(1_024),
        }
    }
}
