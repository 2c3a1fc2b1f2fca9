//! The error of a subcommand: a text for stderr, and the exit code.

use std::fmt::Display;

use crate::output::screen::print_message;
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

    /// The same reason; the exit code is `other` where that takes precedence.
    pub(crate) fn and(self, other: ExitCode) -> Self {
        let code = self.code.and(other);
        Self { code, ..self }
    }

    /// Prints the reason on standard error, in one line.
    pub(crate) fn report(self) -> ExitCode {
        print_message(&self.why);
        self.code
    }
}
