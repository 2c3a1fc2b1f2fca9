//! What can go wrong with a run folder.

use std::io;
use std::path::{Path, PathBuf};

/// Why a run folder could not be written or read; always names the file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder holds something already.
    #[error("{}: not empty; give --out a new or an empty folder", .0.display())]
    Occupied(PathBuf),
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// An error of the system about a path, to be used with `map_err`.
    pub(super) fn io<E: Into<io::Error>>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_owned();
        |source| Self::Io {
            path,
            source: source.into(),
        }
    }

    pub(super) fn malformed(path: &Path, reason: impl ToString) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
