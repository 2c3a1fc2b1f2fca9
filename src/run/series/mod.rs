//! The folder of a series: several runs of one command, each in a numbered run folder
//! of its own, and a record that is written again after each of them.
//!
//! What a series is for, and what its record contains, is decided by its command. One
//! process at a time works on a series: the folder is locked.

mod difference;
mod lock;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::read::{parse, read_json};
use super::replace::replace;
use super::{Error, RunId};
pub(crate) use difference::first_difference;
use lock::Lock;

/// A kind of series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SeriesKind {
    /// The parent of its folders without `--out`.
    pub(crate) parent: &'static str,
    /// The name of the file with its record.
    pub(crate) record: &'static str,
}

/// The locked folder of a series.
#[derive(Debug)]
pub(crate) struct Series {
    path: PathBuf,
    kind: SeriesKind,
    _lock: Lock,
}

impl Series {
    /// Creates a new folder, `out` or one named after `id`, and locks it.
    pub(crate) fn create(
        kind: SeriesKind,
        out: Option<PathBuf>,
        id: &RunId,
    ) -> Result<Self, Error> {
        let path = out.unwrap_or_else(|| Path::new(kind.parent).join(id.as_str()));
        fs::create_dir_all(&path).map_err(Error::io(&path))?;
        let lock = Lock::acquire(&path)?;
        let mut entries = fs::read_dir(&path).map_err(Error::io(&path))?;
        if entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != Lock::FILE)) {
            return Err(Error::Occupied(path));
        }
        Ok(Self {
            path,
            kind,
            _lock: lock,
        })
    }

    /// Locks the folder of an earlier series, and only then reads its record.
    pub(crate) fn resume<T: DeserializeOwned>(
        kind: SeriesKind,
        path: &Path,
    ) -> Result<(Self, T), Error> {
        let record = path.join(kind.record);
        // Without a record there is nothing to lock.
        fs::metadata(&record).map_err(Error::io(&record))?;
        let series = Self {
            path: path.to_owned(),
            kind,
            _lock: Lock::acquire(path)?,
        };
        let record = Self::read(kind, path)?;
        Ok((series, record))
    }

    /// Reads the record of a series, which may be at work.
    pub(crate) fn read<T: DeserializeOwned>(kind: SeriesKind, path: &Path) -> Result<T, Error> {
        parse(&path.join(kind.record), |text| {
            serde_json::from_value(read_json(text)?)
                .map_err(|_| format!("not the {} of this version of sesbench", kind.record))
        })
    }

    /// Path of the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Path of the run folder with that number, from 1.
    pub(crate) fn run(&self, number: usize) -> PathBuf {
        self.path.join(run_name(number))
    }

    /// Makes the number free: an earlier run folder there is kept under another name.
    pub(crate) fn set_aside(&self, number: usize) -> Result<(), Error> {
        let path = self.run(number);
        if !path.exists() {
            return Ok(());
        }
        let name = |attempt: u32| format!("{}-interrupted-{attempt}", run_name(number));
        let free = (1..).map(name).map(|name| self.path.join(name));
        match free.into_iter().find(|path| !path.exists()) {
            Some(free) => fs::rename(&path, free).map_err(Error::io(&path)),
            None => Ok(()),
        }
    }

    /// Writes the record, as a whole or not at all.
    pub(crate) fn write(&self, record: &impl Serialize) -> Result<(), Error> {
        replace(&self.path.join(self.kind.record), |file| {
            use std::io::Write;
            serde_json::to_writer_pretty(&mut *file, record)?;
            writeln!(file)
        })
    }
}

/// The name of the run folder with that number.
pub(crate) fn run_name(number: usize) -> String {
    format!("{number:03}")
}
