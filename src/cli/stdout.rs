//! Standard output, where a write can fail: disk full, broken pipe.

use std::io::{self, Write};

use crate::app::AppError;

/// Writes all of `text` and flushes.
pub(super) fn print(text: &str) -> Result<(), AppError> {
    let mut out = io::stdout().lock();
    AppError::from_stdout(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}
