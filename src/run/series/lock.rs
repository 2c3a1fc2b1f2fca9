//! The lock of a series: held as long as the process lives, also released when it is
//! killed.

use std::fs::{File, OpenOptions};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use crate::run::Error;

/// A held lock.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Flock<File>,
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
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(file) => Ok(Self { _file: file }),
            Err((_, Errno::EWOULDBLOCK)) => Err(Error::malformed(
                folder,
                "another sesbench works on this series: wait until it ends",
            )),
            Err((_, errno)) => Err(Error::io(&path)(errno)),
        }
    }
}
