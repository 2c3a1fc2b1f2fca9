//! Standard output, where a write can fail: a disk is full, a reader is gone.

use std::io::{self, Write};

use crate::app::AppError;

/// Writes `text` as it is, to its last byte.
pub(super) fn print(text: &str) -> Result<(), AppError> {
    let mut out = io::stdout().lock();
    AppError::from_stdout(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}
