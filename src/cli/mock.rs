//! `sesbench mock`: the command line of the `sesbench-mock` crate, and
//! `--calibrate`, which takes the delays from a run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::app::AppError;
use crate::app::calibrate;
use crate::output::screen::print_message;
use crate::vocabulary;

/// Arguments of `mock`.
#[derive(clap::Args, Debug)]
pub struct MockArgs {
    /// The mock's own flags.
    #[command(flatten)]
    pub mock: sesbench_mock::cli::Args,
    /// Use the reply delays of this run's target; a delay in --settings or a
    /// flag takes precedence [e.g. results/runs/20261122T120000Z-steady-1f2e]
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "RUN",
        conflicts_with = "supervised",
        help_heading = "Calibration"
    )]
    pub calibrate: Option<PathBuf>,
    /// Write the delays of --calibrate to this file, for --settings, and
    /// exit [e.g. mock-eu-west-1.toml]
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "FILE",
        requires = "calibrate",
        help_heading = "Calibration"
    )]
    pub write_settings: Option<PathBuf>,
}

/// Serves until it is stopped.
pub(super) fn mock(mut args: MockArgs) -> ExitCode {
    if let Some(run) = &args.calibrate {
        let learned = match calibrate::learn(run) {
            Ok(learned) => learned,
            Err(why) => return refuse(&why).into(),
        };
        if let Some(file) = &args.write_settings {
            return keep(file, &learned).into();
        }
        args.mock.latency = Some(learned.latency);
    }
    sesbench_mock::cli::run(&args.mock)
}

fn refuse(why: &str) -> vocabulary::ExitCode {
    AppError::new(vocabulary::ExitCode::Usage, format!("--calibrate: {why}")).report()
}

fn keep(file: &Path, learned: &calibrate::Learned) -> vocabulary::ExitCode {
    match calibrate::write(file, learned) {
        Ok(()) => {
            print_message(&format!("wrote {}", file.display()));
            vocabulary::ExitCode::Pass
        }
        Err(why) => AppError::unwritable(format!("--write-settings: {why}")).report(),
    }
}
