//! Errors of writing and reading a run folder.

use std::io;
use std::path::{Path, PathBuf};

/// Why a run folder could not be written or read; every text names the file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder is not empty.
    #[error("{}: folder is not empty: expected a new or an empty one for --out", .0.display())]
    Occupied(PathBuf),
    /// The operating system returned an error.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Error of the system.
        source: io::Error,
    },
    /// A file has invalid content.
    #[error("{}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// Wraps an error of the system about `path`; for `map_err`.
    pub(super) fn io<E: Into<io::Error>>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_owned();
        |source| Self::Io {
            path,
            source: source.into(),
        }
    }

    /// Wraps an error of reading `path`: of the system, or of a reader about the content.
    pub(super) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::InvalidData => Self::malformed(&path, source),
            _ => Self::Io { path, source },
        }
    }

    pub(super) fn malformed(path: &Path, reason: impl ToString) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
