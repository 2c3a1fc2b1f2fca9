//! Atomic replacement of a file.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::Error;

/// Replaces the content of a file with what `write` writes. A reader, also after a
/// kill, sees either the old content or the new one.
pub(super) fn replace<E: Into<std::io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), E>,
) -> Result<(), Error> {
    let unfinished = path.with_extension("tmp");
    let at = || Error::io::<std::io::Error>(path);
    let mut file = BufWriter::new(File::create(&unfinished).map_err(at())?);
    write(&mut file).map_err(Error::io(path))?;
    file.flush().map_err(at())?;
    fs::rename(&unfinished, path).map_err(at())
}
