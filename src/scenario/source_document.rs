//! The scenario as the file and the flags set it: checks for unknown keys, parses
//! the value of a key, and remembers the origin of each key for errors.

use sesbench_mock::settings::{KeyLines, is_within};
use toml::{Table, Value};

use super::keys::{self, Default, Key, KeyValue, ValueError};
use super::overrides::{
    apply_overrides, displaced, displaced_by_mix, replaces_delays, replaces_sizes,
};
use super::{Error, Override, Source};
use crate::text::most_similar;

/// The keys of file and flags.
#[derive(Debug)]
pub(super) struct SourceDocument {
    table: Table,
    origin: String,
    lines: KeyLines,
    /// Whether the file is the built-in scenario.
    built_in: bool,
    /// Keys, each with the flag that set it.
    flags: Vec<(String, String)>,
}

impl SourceDocument {
    /// Reads the scenario and applies `overrides` in order.
    pub(super) fn read(source: &Source, overrides: &[Override]) -> Result<Self, Error> {
        let (mut table, lines) = source.read()?;
        for (path, value) in overrides.iter().flat_map(leaves) {
            let of_mix = displaced_by_mix(&path, &value);
            for path in displaced(&path, &value).iter().copied().chain(of_mix) {
                remove(&mut table, path);
            }
        }
        let mut flags = Vec::new();
        for each in overrides {
            if replaces_sizes(&each.table) {
                remove(&mut table, "message.size");
            }
            for path in replaces_delays(&each.table) {
                remove(&mut table, &path);
            }
            apply_overrides(&mut table, &each.table);
            flags.extend(
                each.paths()
                    .into_iter()
                    .map(|path| (path, each.flag.clone())),
            );
        }
        let written = Self {
            table,
            origin: source.origin(),
            lines,
            built_in: *source == Source::BuiltIn,
            flags,
        };
        written.check(&written.table, "", &keys::all().collect::<Vec<_>>())?;
        Ok(written)
    }

    /// Sets a key that neither the file nor a flag sets.
    pub(super) fn set_default(&mut self, flag: &str, path: &str, value: impl Into<Value>) {
        if self.has(path) {
            return;
        }
        let names: Vec<_> = path.split('.').collect();
        let default = Override::new(flag, &names, value);
        apply_overrides(&mut self.table, &default.table);
        self.flags.push((path.to_owned(), default.flag));
    }

    /// Whether the file or a flag sets this key.
    pub(super) fn has(&self, path: &str) -> bool {
        get(&self.table, path).is_some()
    }

    /// Whether the user set this key, in a file or by a flag. Keys of the built-in
    /// scenario do not count.
    pub(super) fn is_asked_for(&self, path: &str) -> bool {
        self.is_by_flag(path) || (self.has(path) && !self.built_in)
    }

    /// Whether a flag set this key.
    pub(super) fn is_by_flag(&self, path: &str) -> bool {
        self.flags.iter().any(|(each, _)| each == path)
    }

    /// The value of the key at `path`, or its default.
    pub(super) fn value<T: KeyValue>(&self, path: &str) -> Result<T, Error> {
        let key = keys::all().find(|key| key.path == path);
        let default = match key.as_ref().map(|key| &key.default) {
            Some(Default::Is(toml)) => toml.parse().ok(),
            _ => None,
        };
        let Some(value) = get(&self.table, path).or(default.as_ref()) else {
            return T::absent().ok_or_else(|| self.invalid(path, "missing"));
        };
        T::read(value).map_err(|error| match error {
            ValueError::Value(why) => self.invalid(path, why),
            ValueError::Type => {
                let example = key.map(|key| key.example.into_owned());
                self.wrong_type(
                    path,
                    value,
                    &T::KIND.to_string(),
                    &example.unwrap_or_default(),
                )
            }
        })
    }

    /// An error at `key`; it names the file or the flag that set it.
    pub(super) fn invalid(&self, key: &str, why: impl ToString) -> Error {
        Error::Invalid {
            origin: self.origin_of(key),
            key: key.to_owned(),
            why: why.to_string(),
        }
    }

    /// The key is unknown; `nearest` is a known one.
    pub(super) fn unknown(&self, key: &str, nearest: Option<String>) -> Error {
        Error::UnknownKey {
            origin: self.origin_of(key),
            key: key.to_owned(),
            nearest,
        }
    }

    fn origin_of(&self, key: &str) -> String {
        let mut flags = self.flags.iter();
        let flag = flags.rfind(|(path, _)| is_within(path, key) || is_within(key, path));
        match (flag, self.lines.line(key)) {
            (Some((_, flag)), _) => flag.clone(),
            (None, Some(line)) => format!("{}:{line}", self.origin),
            (None, None) => self.origin.clone(),
        }
    }

    /// Refuses unknown keys. Their values are checked when they are read.
    fn check(&self, table: &Table, prefix: &str, keys: &[Key]) -> Result<(), Error> {
        for (name, value) in table {
            // In quotes, "load.rate" is one name with a dot, not a key in a table.
            let name = if name.contains('.') {
                &format!("\"{name}\"")
            } else {
                name
            };
            let path = format!("{prefix}{name}");
            let inner = format!("{path}.");
            if keys.iter().any(|key| key.path == path) {
                continue;
            }
            if keys.iter().any(|key| key.path.starts_with(&inner)) {
                let table = value
                    .as_table()
                    .ok_or_else(|| self.no_table(&path, value))?;
                self.check(table, &inner, keys)?;
            } else {
                return Err(self.unknown(&path, nearest(&path, keys)));
            }
        }
        Ok(())
    }

    fn no_table(&self, path: &str, value: &Value) -> Error {
        self.wrong_type(path, value, "a table", &format!("[{path}]"))
    }

    fn wrong_type(&self, key: &str, value: &Value, expected: &str, example: &str) -> Error {
        Error::WrongType {
            origin: self.origin_of(key),
            key: key.to_owned(),
            found: keys::found(value),
            expected: expected.to_owned(),
            example: example.to_owned(),
        }
    }
}

/// The known key most like `path`: one of the same name in another table, or
/// the most similar one.
fn nearest(path: &str, keys: &[Key]) -> Option<String> {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let tables = keys.iter().map(|key| split(&key.path).0.join("."));
    let known: Vec<String> = keys
        .iter()
        .map(|key| key.path.to_string())
        .chain(tables)
        .collect();
    if let Some(elsewhere) = known.iter().find(|each| last(each) == last(path)) {
        return Some(elsewhere.clone());
    }
    most_similar(path, known.iter().map(String::as_str)).map(str::to_owned)
}

fn leaves(each: &Override) -> Vec<(String, Value)> {
    let paths = each.paths().into_iter();
    paths
        .filter_map(|path| Some((path.clone(), get(&each.table, &path)?.clone())))
        .collect()
}

fn split(path: &str) -> (Vec<&str>, &str) {
    let mut parents: Vec<&str> = path.split('.').collect();
    let name = parents.pop().unwrap_or_default();
    (parents, name)
}

fn get<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let (parents, name) = split(path);
    let table = parents
        .iter()
        .try_fold(table, |table, parent| table.get(*parent)?.as_table());
    table?.get(name)
}

fn remove(table: &mut Table, path: &str) {
    let (parents, name) = split(path);
    let table = parents.iter().try_fold(table, |table, parent| {
        table.get_mut(*parent)?.as_table_mut()
    });
    if let Some(table) = table {
        table.remove(name);
    }
}
