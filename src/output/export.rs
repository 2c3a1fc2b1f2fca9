//! One export: a format and the file that it goes to, as in `json=result.json`.
//!
//! The file is written as a whole or not at all. When that happens, and what a
//! failure means for the exit code, is decided in `app`.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Format, Report};
use crate::run::{self, check_replaceable, replace};

/// A file to write, and its format.
#[derive(Clone, Debug)]
pub(crate) struct Export<R: 'static> {
    format: Format<R>,
    file: PathBuf,
}

impl<R: Report> Export<R> {
    /// Parses `FORMAT=FILE`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once('=').unwrap_or((text, ""));
        let format = Format::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = R::formats().map(|format| format.name).collect();
            let known = known.join(", ");
            format!("unknown format {name:?}: expected one of {known}")
        })?;
        match file {
            "" => Err(format!("no file: expected {name}=FILE")),
            "-" => Err(format!(
                "standard output is for the result itself: expected {name}=FILE, or --format"
            )),
            file => Ok(Self {
                format,
                file: file.into(),
            }),
        }
    }

    /// The file, as it was given.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Fails if the file could not be written now; changes nothing.
    pub(crate) fn check(&self) -> Result<(), run::Error> {
        check_replaceable(&self.target())
    }

    /// Writes the result to the file.
    pub(crate) fn write(&self, result: &R) -> Result<(), run::Error> {
        let target = self.target();
        replace(&target, |file| {
            self.format.write_in(result, folder_of(&target), file)
        })
    }

    /// The file itself where a symbolic link is given: the link stays.
    fn target(&self) -> PathBuf {
        let is_link = fs::symlink_metadata(&self.file).is_ok_and(|there| there.is_symlink());
        let followed = is_link.then(|| fs::canonicalize(&self.file).ok()).flatten();
        followed.unwrap_or_else(|| self.file.clone())
    }
}

/// The folder in which a file is.
fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Finished;

    fn parse(text: &str) -> Result<Export<Finished>, String> {
        Export::parse(text)
    }

    #[test]
    fn a_format_and_a_file_are_read() {
        let export = parse("csv=out/a=b.csv").unwrap();
        assert_eq!(export.format.name, "csv");
        assert_eq!(export.file(), Path::new("out/a=b.csv"));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_do() {
        for (text, error) in [
            (
                "xml=result.xml",
                "unknown format \"xml\": expected one of text, json, csv, html",
            ),
            (
                "result.json",
                "unknown format \"result.json\": expected one of text, json, csv, html",
            ),
            (
                "JSON=result.json",
                "unknown format \"JSON\": expected one of text, json, csv, html",
            ),
            ("json", "no file: expected json=FILE"),
            ("json=", "no file: expected json=FILE"),
            (
                "text=-",
                "standard output is for the result itself: expected text=FILE, or --format",
            ),
        ] {
            // A new format comes after these.
            let found = parse(text).unwrap_err();
            assert!(found.starts_with(error), "{text}: {found}");
        }
    }

    #[test]
    fn a_symbolic_link_stays_and_its_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let export = parse(&format!("json={}", link.display())).unwrap();
        export.check().unwrap();
        export.write(&crate::output::tests::stored()).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&file).unwrap().starts_with("{\n"));
        fs::remove_file(&file).unwrap();
        let error = export.check().unwrap_err().to_string();
        assert!(error.contains("not a regular file"), "{error}");
    }
}
