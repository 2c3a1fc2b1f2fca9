//! What is known of each key, from which flags, `--help` and the table in the guide
//! are generated.
//!
//! The full documentation of a key, with the source of its default, is at its
//! field of [`Settings`](super::Settings). Both are made from one table of rows.

pub use super::table::KEYS;

/// A key of the settings.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name in a file, such as `latency.dot`.
    pub name: &'static str,
    /// The heading under which `--help` lists its flag.
    pub section: &'static str,
    /// What kind of value it takes.
    pub kind: Kind,
    /// Its default: a value, or a description.
    pub default: &'static str,
    /// Its meaning, in one line.
    pub meaning: &'static str,
}

/// What kind of value a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One TOML value, with its name in help.
    Value(&'static str),
    /// One string, even if it looks like a number, with its name in help.
    Text(&'static str),
    /// True or false.
    Switch,
    /// Several strings, with the name of one in help.
    List(&'static str),
    /// Tables, which have no flag.
    Tables,
}

/// The headings of `--help`, in its order.
const SECTIONS: [&str; 7] = [
    "Account",
    "Limits",
    "Delays and faults",
    "SMTP behaviour",
    "TLS",
    "Report and captured messages",
    "Server",
];

/// All keys, section by section, as in `--help` and the guide.
pub fn by_section() -> impl Iterator<Item = &'static Key> {
    let keys_of = |section| KEYS.iter().filter(move |key| key.section == section);
    SECTIONS.into_iter().flat_map(keys_of)
}

impl Key {
    /// Its flag, without the leading dashes; none for tables.
    #[must_use]
    pub fn flag(&self) -> Option<String> {
        (self.kind != Kind::Tables).then(|| self.name.replace(['.', '_'], "-"))
    }
}

/// The table of all keys, as Markdown.
#[must_use]
pub fn markdown() -> String {
    let row = |key: &Key| {
        let Key {
            name,
            default,
            meaning,
            ..
        } = key;
        format!("| `{name}` | {default} | {meaning} |\n")
    };
    let rows: String = by_section().map(row).collect();
    format!("| key | default | meaning |\n|---|---|---|\n{rows}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::settings::{Latency, Settings};

    /// The fields that serde accepts, taken from its error for an unknown field.
    fn fields<T: for<'de> Deserialize<'de> + std::fmt::Debug>() -> BTreeSet<String> {
        let error = serde_json::from_value::<T>(json!({"?": 0})).unwrap_err();
        let text = error.to_string();
        let (_, known) = text.split_once("expected one of ").unwrap();
        known
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn the_table_has_every_key_once_and_no_other() {
        let mut wanted = fields::<Settings>();
        wanted.remove("latency");
        wanted.extend(fields::<Latency>().iter().map(|f| format!("latency.{f}")));
        let named: BTreeSet<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
        assert_eq!(named, wanted);
        assert_eq!(named.len(), KEYS.len());
    }

    #[test]
    fn every_section_is_in_the_list() {
        for key in KEYS {
            assert!(SECTIONS.contains(&key.section), "{}", key.name);
        }
    }

    /// A default that is not one value, such as that of the profile, is in words.
    #[test]
    fn a_default_in_words_is_the_default() {
        let settings = serde_json::to_value(Settings::default()).unwrap();
        for key in KEYS {
            let pointer = format!("/{}", key.name.replace('.', "/"));
            let expected = match settings.pointer(&pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
                _ => continue,
            };
            let (first, _) = key.default.split_once(';').unwrap_or((key.default, ""));
            assert_eq!(first, expected, "{}", key.name);
        }
    }

    #[test]
    fn the_guide_has_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mock.md");
        let guide = std::fs::read_to_string(path).unwrap();
        let (begin, end) = ("<!-- keys -->\n", "<!-- end of keys -->");
        let (before, rest) = guide.split_once(begin).unwrap();
        let (table, after) = rest.split_once(end).unwrap();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            let made = format!("{before}{begin}{}{end}{after}", markdown());
            return std::fs::write(path, made).unwrap();
        }
        assert_eq!(table, markdown(), "run UPDATE_DOCS=1 cargo test --lib");
    }
}
