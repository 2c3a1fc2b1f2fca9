//! Parses the entries of `message.mix`.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::message::{Attachment, Sizes};
use crate::scenario::keys::{KeyValue, Kind, ValueError};
use crate::scenario::weight;

/// The valid form of an entry.
const FORM: &str = "expected weight, and any of name, size, headers, attachments, eml";

/// The keys of an entry.
const KEYS: [&str; 6] = ["name", "weight", "size", "headers", "attachments", "eml"];

/// A kind of message; absent keys come from `[message]`.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Entry {
    pub(in crate::scenario) name: Option<String>,
    pub(in crate::scenario) weight: f64,
    pub(in crate::scenario) size: Option<Sizes>,
    pub(in crate::scenario) headers: BTreeMap<String, String>,
    pub(in crate::scenario) attachments: Option<Vec<Attachment>>,
    pub(in crate::scenario) eml: Option<String>,
}

impl KeyValue for Vec<Entry> {
    const KIND: Kind = Kind::Mix;

    fn read(value: &Value) -> Result<Self, ValueError> {
        read(value.as_array().ok_or(ValueError::Type)?)
    }
}

/// Reads a list of kinds of messages; at least one.
fn read(list: &[Value]) -> Result<Vec<Entry>, ValueError> {
    if list.is_empty() {
        return Err(ValueError::Value(format!("empty list: {FORM}")));
    }
    let numbered = (1..).zip(list);
    numbered
        .map(|(number, value)| {
            let table = value.as_table().ok_or(ValueError::Type)?;
            entry(table).map_err(|why| ValueError::Value(format!("entry {number}: {why}")))
        })
        .collect()
}

fn entry(table: &Table) -> Result<Entry, String> {
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key `{unknown}`: {FORM}"));
    }
    Ok(Entry {
        name: name(table)?,
        weight: weight::of(table)?,
        size: optional(table, "size")?,
        headers: optional(table, "headers")?.unwrap_or_default(),
        attachments: optional(table, "attachments")?,
        eml: optional(table, "eml")?,
    })
}

fn name(table: &Table) -> Result<Option<String>, String> {
    let name: Option<String> = optional(table, "name")?;
    match name {
        Some(name) if name.is_empty() || name.contains(char::is_control) => {
            Err("name: must not be empty or contain control characters".to_owned())
        }
        name => Ok(name),
    }
}

fn optional<T: KeyValue>(table: &Table, key: &str) -> Result<Option<T>, String> {
    let Some(value) = table.get(key) else {
        return Ok(None);
    };
    T::read(value).map(Some).map_err(|error| match error {
        ValueError::Value(why) => format!("{key}: {why}"),
        ValueError::Type => {
            format!("{key}: invalid value {value}: expected what message.{key} takes")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_toml(text: &str) -> Result<Vec<Entry>, ValueError> {
        let value: Value = text.parse().unwrap();
        read(value.as_array().unwrap())
    }

    #[test]
    fn an_entry_says_how_it_differs() {
        let text = "[{ weight = 3, name = 'receipt', size = '4 KiB', headers = { X-A = 'b' } }, \
                    { weight = 1.5, attachments = ['1 KiB'], eml = 'a.eml' }]";
        let [receipt, other] = &read_toml(text).unwrap()[..] else {
            panic!();
        };
        assert_eq!((receipt.weight, other.weight), (3.0, 1.5));
        assert_eq!(receipt.name.as_deref(), Some("receipt"));
        assert_eq!(receipt.size, Some(Sizes::Fixed(4_096)));
        assert_eq!(receipt.headers["X-A"], "b");
        assert!(receipt.attachments.is_none() && receipt.eml.is_none());
        assert_eq!(other.attachments.as_ref().unwrap().len(), 1);
        assert_eq!(other.eml.as_deref(), Some("a.eml"));
    }

    #[test]
    fn an_invalid_entry_is_reported() {
        for (text, why) in [
            ("[]", "empty list: expected weight"),
            (
                "[{ size = 5 }]",
                "entry 1: `weight` is missing: expected a number above 0",
            ),
            (
                "[{ weight = 1 }, { weight = 0 }]",
                "entry 2: weight: invalid value 0: expected a number above 0",
            ),
            (
                "[{ weight = 'a' }]",
                "entry 1: weight: invalid value \"a\": expected a number above 0",
            ),
            (
                "[{ weight = 1, szie = 5 }]",
                "entry 1: unknown key `szie`: expected",
            ),
            (
                "[{ weight = 1, size = 'big' }]",
                "entry 1: size: invalid size \"big\"",
            ),
            (
                "[{ weight = 1, size = true }]",
                "entry 1: size: invalid value true: expected what message.size takes",
            ),
            (
                "[{ weight = 1, headers = { a = 1 } }]",
                "entry 1: headers: a: found the number 1, expected a text in quotes",
            ),
            (
                "[{ weight = 1, attachments = [0] }]",
                "entry 1: attachments: attachment 1: must be",
            ),
            (
                "[{ weight = 1, name = '' }]",
                "entry 1: name: must not be empty",
            ),
        ] {
            let Err(ValueError::Value(told)) = read_toml(text) else {
                panic!("{text}");
            };
            assert!(told.starts_with(why), "{text}: {told}");
        }
        assert_eq!(read_toml("['a']").unwrap_err(), ValueError::Type);
    }
}
