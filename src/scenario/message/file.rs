//! Reads the files that `[message]` names. Each is held in memory as a whole.

use std::fs::{File, metadata};
use std::io::Read;

use crate::message::{Eml, RecipientList};
use crate::scenario::hash::hash_of;
use crate::units::Size;

/// The largest file, and the largest message: it is in memory once. SES accepts
/// messages of 40 MB.
pub(in crate::scenario) const LARGEST: u64 = 1 << 30;

/// Reads recipients; an error names the file.
pub(in crate::scenario) fn read_recipient_list(file: &str) -> Result<RecipientList, String> {
    let bytes = read(file)?;
    RecipientList::parse(file, &bytes, hash_of(&bytes)).map_err(|why| format!("{file}: {why}"))
}

/// Reads a message; an error names the file.
pub(in crate::scenario) fn read_eml(file: &str) -> Result<Eml, String> {
    let bytes = read(file)?;
    Eml::parse(file, &bytes, hash_of(&bytes)).map_err(|why| format!("{file}: {why}"))
}

/// Reads a whole file; an error names it. Only regular files are read, because
/// others may have no end.
fn read(file: &str) -> Result<Vec<u8>, String> {
    within(file, LARGEST).map_err(|why| format!("{file}: {why}"))
}

fn within(file: &str, largest: u64) -> Result<Vec<u8>, String> {
    let facts = metadata(file).map_err(|error| error.to_string())?;
    if !facts.is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    if facts.len() <= largest {
        // The file may grow while it is read.
        let read = File::open(file).and_then(|file| file.take(largest + 1).read_to_end(&mut bytes));
        read.map_err(|error| error.to_string())?;
    }
    if facts.len().max(bytes.len() as u64) > largest {
        return Err(format!("too large: at most {}", Size(largest)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "four").unwrap();
        let file = path.to_str().unwrap();
        assert_eq!(read(file).unwrap(), b"four");
        assert_eq!(within(file, 4).unwrap(), b"four");
        assert_eq!(within(file, 3).unwrap_err(), "too large: at most 3 bytes");
        // Sparse: it is never read.
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_len(LARGEST + 1))
            .unwrap();
        let why = format!("{file}: too large: at most 1 GiB");
        assert_eq!(read(file).unwrap_err(), why);
    }

    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["/dev/zero", folder.path().to_str().unwrap()] {
            let why = format!("{path}: not a regular file");
            assert_eq!(read(path).unwrap_err(), why);
        }
    }
}
