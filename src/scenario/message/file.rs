//! The content of a file that `[message]` names, which is held in memory whole.

use std::fs::{File, metadata};
use std::io::Read;

use crate::message::{Eml, RecipientList};
use crate::scenario::hash::hash_of;
use crate::units::Size;

/// What is in memory once can have this size; SES takes messages of 40 MB.
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

/// All of a file; an error names it. What has no end, or none that can be told
/// before, is not begun with.
fn read(file: &str) -> Result<Vec<u8>, String> {
    within(file, LARGEST).map_err(|why| format!("{file}: {why}"))
}

fn within(file: &str, largest: u64) -> Result<Vec<u8>, String> {
    let facts = metadata(file).map_err(|error| error.to_string())?;
    if !facts.is_file() {
        return Err("is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    if facts.len() <= largest {
        // It may grow meanwhile.
        let read = File::open(file).and_then(|file| file.take(largest + 1).read_to_end(&mut bytes));
        read.map_err(|error| error.to_string())?;
    }
    if facts.len().max(bytes.len() as u64) > largest {
        return Err(format!("is too large: at most {}", Size(largest)));
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
        assert_eq!(
            within(file, 3).unwrap_err(),
            "is too large: at most 3 bytes"
        );
        // Sparse: nothing of it is read.
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_len(LARGEST + 1))
            .unwrap();
        let why = format!("{file}: is too large: at most 1 GiB");
        assert_eq!(read(file).unwrap_err(), why);
    }

    #[test]
    fn what_may_have_no_end_is_not_begun_with() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["/dev/zero", folder.path().to_str().unwrap()] {
            let why = format!("{path}: is no regular file");
            assert_eq!(read(path).unwrap_err(), why);
        }
    }
}
