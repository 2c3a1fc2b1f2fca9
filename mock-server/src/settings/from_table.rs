//! Reads settings from a TOML table. An error names the key.
//!
//! Names are compared with the fields that serde knows, so that an unknown key is
//! reported with its path and the nearest known one; then the values are read, and
//! checked as a whole.

use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use toml::{Table, Value};

use super::delay::Table as DelayTable;
use super::keys::KEYS;
use super::{Fault, Latency, Settings, SettingsError, UserSettings, plain};

/// Why a table is not valid settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The key is unknown.
    #[error("{key}: unknown key{}", hint(nearest.as_deref()))]
    UnknownKey {
        /// Its path, such as `faults[0].evry`.
        key: String,
        /// The most similar known key, with its path.
        nearest: Option<String>,
    },
    /// The value is invalid.
    #[error("{key}: {why}")]
    Invalid {
        /// Its path.
        key: String,
        /// What is wrong, and what is expected.
        why: String,
    },
}

fn hint(nearest: Option<&str>) -> String {
    match nearest {
        Some(known) => format!("; did you mean {known}?"),
        None => "; docs/mock.md lists the keys".to_owned(),
    }
}

impl TableError {
    /// The path of the key.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            TableError::UnknownKey { key, .. } | TableError::Invalid { key, .. } => key,
        }
    }
}

impl From<SettingsError> for TableError {
    fn from(error: SettingsError) -> TableError {
        TableError::Invalid {
            key: error.key.into_owned(),
            why: format!("invalid value {}: {}", error.value, error.allowed),
        }
    }
}

impl Settings {
    /// Reads and checks the settings of a file or of a scenario's `[mock]`.
    ///
    /// # Errors
    ///
    /// The first key that is unknown or invalid.
    pub fn from_table(table: Table) -> Result<Settings, TableError> {
        check_names(&table)?;
        let settings: Settings = read(table)?;
        settings.check()?;
        Ok(settings)
    }
}

fn read<T: DeserializeOwned>(table: Table) -> Result<T, TableError> {
    serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| TableError::Invalid {
        key: error.path().to_string(),
        why: plain(error.inner().message()).replace('\n', ", "),
    })
}

fn check_names(table: &Table) -> Result<(), TableError> {
    check_fields::<Settings>(table, "")?;
    if let Some(Value::Table(latency)) = table.get("latency") {
        check_fields::<Latency>(latency, "latency.")?;
        for (stage, delay) in latency {
            if let Some(delay) = delay.as_table() {
                check_fields::<DelayTable>(delay, &format!("latency.{stage}."))?;
            }
        }
    }
    check_each::<Fault>(table, "faults")?;
    check_each::<UserSettings>(table, "users")
}

fn check_each<T: DeserializeOwned>(table: &Table, key: &str) -> Result<(), TableError> {
    let list = table.get(key).and_then(Value::as_array);
    for (number, each) in list.into_iter().flatten().enumerate() {
        if let Some(table) = each.as_table() {
            check_fields::<T>(table, &format!("{key}[{number}]."))?;
        }
    }
    Ok(())
}

fn check_fields<T: DeserializeOwned>(table: &Table, prefix: &str) -> Result<(), TableError> {
    let known = field_names::<T>();
    match table.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(TableError::UnknownKey {
            key: format!("{prefix}{name}"),
            nearest: nearest(name, prefix, known),
        }),
    }
}

/// The known key of the same name in another table, or the most similar one of this
/// table, if any is similar enough. As the other package does for scenarios.
fn nearest(name: &str, prefix: &str, known: &[&str]) -> Option<String> {
    let last = |key: &'static str| key.rsplit('.').next();
    if let Some(elsewhere) = KEYS.iter().find(|key| last(key.name) == Some(name)) {
        return Some(elsewhere.name.to_owned());
    }
    let similarity = |each: &str| strsim::normalized_damerau_levenshtein(name, each);
    let best = known
        .iter()
        .max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
    (similarity(best) > 0.6).then(|| format!("{prefix}{best}"))
}

/// The names of the fields that serde reads into `T`.
fn field_names<T: DeserializeOwned>() -> &'static [&'static str] {
    T::deserialize(FieldNames)
        .err()
        .map_or(&[], |names: Names| names.0)
}

/// A deserializer that only returns the names that it is asked for.
struct FieldNames;

/// The names, as the "error" of [`FieldNames`].
#[derive(Debug)]
struct Names(&'static [&'static str]);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl std::error::Error for Names {}

impl de::Error for Names {
    fn custom<T: fmt::Display>(_: T) -> Names {
        Names(&[])
    }
}

impl<'de> Deserializer<'de> for FieldNames {
    type Error = Names;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Names> {
        Err(Names(fields))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Names> {
        Err(Names(&[]))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Settings::from_table(text.parse().unwrap())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn an_error_names_the_key_and_what_would_do() {
        for (text, expected) in [
            ("rates = 5", "rates: unknown key; did you mean rate?"),
            ("dot = '1ms'", "dot: unknown key; did you mean latency.dot?"),
            ("qqq = 1", "qqq: unknown key; docs/mock.md lists the keys"),
            (
                "[latency]\nrctp = '1ms'",
                "latency.rctp: unknown key; did you mean latency.rcpt?",
            ),
            (
                "[[faults]]\nat = 'dot'\nevry = 10",
                "faults[0].evry: unknown key; did you mean faults[0].every?",
            ),
            (
                "[[users]]\n[[users]]\nnam = 'x'",
                "users[1].nam: unknown key; did you mean users[1].name?",
            ),
            (
                "rate = 'fast'",
                "rate: invalid rate \"fast\": expected a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s or 100000/d",
            ),
            (
                "rate = true",
                "rate: found true, expected a number per second, or a text with its unit, such as \"14/s\"",
            ),
            (
                "[latency]\ndot = 'soon'",
                "latency.dot: invalid duration \"soon\": expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
            ),
            (
                "[[faults]]\nat = 'dot'\ndelay = 'soon'",
                "faults[0].delay: invalid duration \"soon\": expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
            ),
            (
                "max_message_size = 'big'",
                "max_message_size: invalid size \"big\": expected a whole number of bytes, or a number with B, KiB, MiB, GiB, kB, MB or GB, such as 4 KiB",
            ),
            (
                "max_recipients = 0",
                "max_recipients: invalid value 0: must be at least 1",
            ),
        ] {
            assert_eq!(error(text), expected, "{text}");
        }
    }

    #[test]
    fn every_kind_of_quantity_is_read_in_the_common_grammar() {
        let settings = Settings::from_table(
            "rate = '120/min'\nmax_message_size = '40 MiB'\ncapture_bytes = '1 GB'\n\
             idle_timeout = '5min'\nrtt = '1.5ms'\nbandwidth = '40 MB/s'\n\
             [[faults]]\nat = 'dot'\ndelay = '1min 30s'\nprobability = '10%'"
                .parse()
                .unwrap(),
        )
        .unwrap();
        assert_eq!(settings.rate, Some(2.0));
        assert_eq!(settings.max_message_size, 40 << 20);
        assert_eq!(settings.capture_bytes, 1_000_000_000);
        assert_eq!(settings.idle_timeout.as_secs(), 300);
        assert_eq!(settings.rtt.as_micros(), 1_500);
        assert_eq!(
            settings.faults[0].delay.map(|delay| delay.as_secs()),
            Some(90)
        );
        assert_eq!(settings.faults[0].probability, Some(0.1));
    }
}
