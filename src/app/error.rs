//! The error of a subcommand: a text for stderr, and the exit code.

use std::fmt::Display;
use std::io::{self, Write};

use crate::vocabulary::ExitCode;

/// The reason, and the exit code.
#[derive(Debug)]
pub(crate) struct AppError {
    pub(crate) code: ExitCode,
    pub(crate) why: String,
}

impl AppError {
    pub(crate) fn new(code: ExitCode, why: impl Display) -> Self {
        let why = why.to_string();
        Self { code, why }
    }

    pub(crate) fn unwritable(error: impl Display) -> Self {
        Self::new(ExitCode::Unwritable, error)
    }

    /// The error of a write to standard output. A broken pipe (`| head`) is not an
    /// error.
    pub(crate) fn from_stdout(written: io::Result<()>) -> Result<(), Self> {
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Self::unwritable(format!("standard output: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Prints the reason on standard error, in one line.
    pub(crate) fn report(self) -> ExitCode {
        // After a hang-up there is no terminal; that is not an error.
        let _ = writeln!(io::stderr(), "sesbench: {}", self.why);
        self.code
    }
}
