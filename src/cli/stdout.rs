//! Standard output, where a write can fail: a disk is full, a reader is gone.

use std::io::{self, Write};

use super::ended::Ended;

/// Writes `text` as it is, to its last byte.
pub(super) fn print(text: &str) -> Result<(), Ended> {
    let mut out = io::stdout().lock();
    ended(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What a write came to. A reader that has seen enough, such as `head`, is no
/// failure.
pub(super) fn ended(written: io::Result<()>) -> Result<(), Ended> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Ended::unwritable(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}
