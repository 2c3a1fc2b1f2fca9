//! Why a search makes no further step, and its exit code then.

use crate::run;
use crate::vocabulary::ExitCode;

/// Why no further step is made.
pub(super) struct Stop {
    pub(super) code: ExitCode,
    pub(super) reason: String,
}

impl Stop {
    pub(super) fn interrupted() -> Self {
        Self {
            code: ExitCode::Interrupted,
            reason: "interrupted".to_owned(),
        }
    }

    pub(super) fn inconclusive(reason: String) -> Self {
        Self {
            code: ExitCode::Inconclusive,
            reason,
        }
    }

    pub(super) fn unwritable(error: &run::Error) -> Self {
        Self {
            code: ExitCode::Unwritable,
            reason: error.to_string(),
        }
    }
}
