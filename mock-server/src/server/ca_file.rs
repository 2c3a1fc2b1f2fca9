//! The file with the CA certificate, for clients.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::StartError;

#[derive(Debug)]
pub(super) enum CaFile {
    /// Removed when this is dropped.
    Temporary(NamedTempFile),
    /// At the configured path; it stays.
    Named(PathBuf),
}

impl CaFile {
    pub(super) fn write(path: Option<&Path>, pem: &str) -> Result<CaFile, StartError> {
        let Some(path) = path else {
            return temporary(pem)
                .map(CaFile::Temporary)
                .map_err(|source| StartError::CaFile {
                    path: std::env::temp_dir(),
                    source,
                });
        };
        fs::write(path, pem).map_err(|source| StartError::CaFile {
            path: path.to_owned(),
            source,
        })?;
        Ok(CaFile::Named(path.to_owned()))
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            CaFile::Temporary(file) => file.path(),
            CaFile::Named(path) => path,
        }
    }
}

fn temporary(pem: &str) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix("sesbench-mock-ca-")
        .suffix(".pem")
        .tempfile()?;
    file.write_all(pem.as_bytes())?;
    Ok(file)
}
