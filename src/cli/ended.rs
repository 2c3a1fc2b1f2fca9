//! A subcommand that ended before it had anything to show.

use std::fmt::Display;
use std::io::{self, Write};

use crate::vocabulary::ExitCode;

/// Why, and with which exit code.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: ExitCode,
    pub(super) why: String,
}

impl Ended {
    pub(super) fn new(code: ExitCode, why: impl Display) -> Self {
        let why = why.to_string();
        Self { code, why }
    }

    pub(super) fn unwritable(error: impl Display) -> Self {
        Self::new(ExitCode::Unwritable, error)
    }

    /// Says why on standard error, in one line.
    pub(super) fn tell(self) -> ExitCode {
        // After a hang-up there is no terminal to write to, which is no failure.
        let _ = writeln!(io::stderr(), "sesbench: {}", self.why);
        self.code
    }
}
