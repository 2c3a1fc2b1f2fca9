//! The lock of a series: held as long as the process lives, also released when it is
//! killed.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::run::Error;

/// A held lock.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// The file that is locked; empty.
    pub(super) const FILE: &'static str = ".lock";

    /// Locks the folder; fails if another process holds the lock.
    pub(super) fn acquire(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(Self::FILE);
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(Error::io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::malformed(
                folder,
                "another sesbench works on this series: wait until it ends",
            )),
            Err(TryLockError::Error(source)) => Err(Error::io(&path)(source)),
        }
    }
}
