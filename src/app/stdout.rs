//! Standard output, where a write can fail: a full disk is an error, a broken pipe
//! (`| head`) is not.

use std::io::{self, Write};

use super::error::AppError;

/// Writes all of `text` and flushes.
pub(crate) fn print(text: &str) -> Result<(), AppError> {
    let mut out = io::stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// The error of a write to standard output, if it is one.
pub(super) fn written(written: io::Result<()>) -> Result<(), AppError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(AppError::unwritable(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::ExitCode;

    #[test]
    fn only_a_broken_pipe_is_not_an_error() {
        let failed = |kind| written(Err(io::Error::from(kind)));
        assert!(written(Ok(())).is_ok());
        assert!(failed(io::ErrorKind::BrokenPipe).is_ok());
        let full = failed(io::ErrorKind::StorageFull).unwrap_err();
        assert_eq!(full.code, ExitCode::Unwritable);
        assert!(full.why.starts_with("standard output: "), "{}", full.why);
    }
}
