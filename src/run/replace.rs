//! Files that are replaced as a whole or not at all: the content goes to a
//! temporary file in the same folder, which is then renamed.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Error;

/// Replaces the content of a file with what `write` writes. A reader, also after a
/// kill, sees either the old content or the new one.
pub(crate) fn replace<E: Into<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), E>,
) -> Result<(), Error> {
    let unfinished = unfinished(path);
    let written = write_to(&unfinished, write).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // The reason for the failure is reported, not the one of this.
        let _ = fs::remove_file(&unfinished);
    }
    written.map_err(Error::io(path))
}

/// Fails if [`replace`] would fail now: the folder is missing or cannot be written,
/// or something else than a file has the name. A file there stays as it is.
pub(crate) fn check_replaceable(path: &Path) -> Result<(), Error> {
    // A link to a missing file would be replaced itself.
    let is_file = fs::metadata(path).is_ok_and(|there| there.is_file());
    if fs::symlink_metadata(path).is_ok() && !is_file {
        let reason = "not a regular file: expected a file, or a new name in a folder";
        return Err(Error::malformed(path, reason));
    }
    let unfinished = unfinished(path);
    let made = File::create(&unfinished).and_then(|_| fs::remove_file(&unfinished));
    made.map_err(Error::io(path))
}

/// The temporary file of `path`, in the same folder. Its name differs from those
/// of other processes that write the same file.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

fn write_to<E: Into<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), E>,
) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    write(&mut file).map_err(Into::into)?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<OsString> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn what_fails_leaves_the_file_as_it_was_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace(&path, |file| file.write_all(b"before")).unwrap();
        let failed = replace(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("full"))
        });
        let error = failed.unwrap_err().to_string();
        assert_eq!(error, format!("{}: full", path.display()));
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn a_check_finds_what_would_fail_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "before").unwrap();
        check_replaceable(&path("file")).unwrap();
        check_replaceable(&path("new")).unwrap();
        assert_eq!(names(folder.path()), ["file"]);
        assert_eq!(fs::read(path("file")).unwrap(), b"before");
        for (name, part) in [
            ("absent/file", "No such file"),
            ("file/below", "Not a directory"),
            (".", "not a regular file"),
        ] {
            let error = check_replaceable(&path(name)).unwrap_err().to_string();
            assert!(error.contains(part), "{name}: {error}");
            assert!(error.starts_with(&path(name).display().to_string()));
        }
        let device = check_replaceable(Path::new("/dev/null")).unwrap_err();
        assert!(
            device.to_string().contains("not a regular file"),
            "{device}"
        );
    }
}
