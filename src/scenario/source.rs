//! Where a scenario comes from: a file, the built-in one, or flags alone.

use std::io;
use std::path::{Path, PathBuf};

use sesbench_mock::settings::KeyLines;
use toml::Table;

use super::Error;
use crate::text::encoding;

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A TOML file.
    File(PathBuf),
    /// The built-in smoke scenario.
    BuiltIn,
    /// Flags alone, which name the target. The load is as small as that of the
    /// smoke scenario. The only threshold is the default, because nothing is known
    /// about the server.
    Flags,
}

/// The defaults of a run by flags alone.
const FLAGS: &str = "\
# No file: a run by flags alone, which name the target.
name = \"flags\"

[load]
model = \"open\"
rate = \"50/s\"
warm_up = \"2s\"
duration = \"8s\"
sessions = 10

[message]
size = \"4 KiB\"
";

impl Source {
    /// Its name in errors.
    pub fn origin(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::BuiltIn | Self::Flags => "the built-in scenario".to_owned(),
        }
    }

    /// The name of a scenario that does not name itself.
    pub(super) fn name(&self) -> String {
        let stem = match self {
            Self::File(path) => path.file_stem().map(|stem| stem.to_string_lossy()),
            Self::BuiltIn | Self::Flags => None,
        };
        let stem = stem.as_deref().unwrap_or("smoke").to_owned();
        let fit = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        stem.replace(|c| !fit(c), "-")
    }

    /// The text of the scenario.
    pub fn text(&self) -> Result<String, Error> {
        match self {
            Self::BuiltIn => Ok(include_str!("../../scenarios/smoke.toml").to_owned()),
            Self::Flags => Ok(FLAGS.to_owned()),
            Self::File(path) => self.read_text(path).map_err(|error| Error::Unreadable {
                path: self.origin(),
                error,
            }),
        }
    }

    fn read_text(&self, path: &Path) -> io::Result<String> {
        let bytes = std::fs::read(path)?;
        let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
        encoding::check(&bytes).map_err(invalid)?;
        String::from_utf8(bytes).map_err(|_| invalid("not UTF-8"))
    }

    /// The table, and the lines of its keys if the user can look them up.
    pub(super) fn read(&self) -> Result<(Table, KeyLines), Error> {
        let text = self.text()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let table = text.parse().map_err(|error| self.syntax(text, &error))?;
        let lines = match self {
            Self::File(_) => KeyLines::parse(text),
            Self::BuiltIn | Self::Flags => KeyLines::default(),
        };
        Ok((table, lines))
    }

    fn syntax(&self, text: &str, error: &toml::de::Error) -> Error {
        let at = error.span().map_or(0, |span| span.start.min(text.len()));
        let before = text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Error::Syntax {
            origin: self.origin(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            why: error.message().replace('\n', ", "),
        }
    }
}
