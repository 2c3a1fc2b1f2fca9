//! Reads run folders for a comparison: each run once, and only runs that are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::doubt;
use crate::run::{self, Finished};
use crate::text::printable;

/// The runs that are known already, by folder, and by id and start: a copy of a run is
/// not another one.
#[derive(Debug, Default)]
pub(super) struct Known {
    folders: BTreeSet<PathBuf>,
    ids: BTreeMap<(String, Option<String>), String>,
}

impl Known {
    /// Reads a run folder that is not known yet. The error does not name the folder.
    pub(super) fn read(&mut self, folder: &Path) -> Result<Finished, String> {
        let identity = fs::canonicalize(folder).map_err(|error| error.to_string())?;
        if !self.folders.insert(identity) {
            return Err("is given twice: expected each run once".to_owned());
        }
        let run = read(folder)?;
        let name = shown(folder);
        let id = (run.record.run_id.clone(), run.record.start.clone());
        match self.ids.insert(id, name) {
            Some(other) => Err(format!("is a copy of {other}: expected each run once")),
            None => Ok(run),
        }
    }
}

fn read(folder: &Path) -> Result<Finished, String> {
    let run = run::read(folder).map_err(|error| {
        let error = error.to_string();
        let start = format!("{}/", folder.display());
        error
            .strip_prefix(&start)
            .map(str::to_owned)
            .unwrap_or(error)
    })?;
    if let Some(why) = doubt::cut_short(&run) {
        return Err(why);
    }
    if let Some(shard) = run.record.shard {
        let (index, of) = (shard.index, shard.of);
        return Err(format!(
            "shard {index} of {of}: expected a run of the whole plan"
        ));
    }
    Ok(run)
}

/// When the run started, if that is known.
pub(super) fn start(run: &Finished) -> Option<SystemTime> {
    humantime::parse_rfc3339(run.record.start.as_ref()?).ok()
}

/// A folder, for people.
pub(super) fn shown(folder: &Path) -> String {
    printable(&folder.display().to_string())
}
