//! Parses the value of a key into its type. Ranges and contradictions are checked
//! in `resolve`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use toml::{Table, Value};

use super::Kind;
use super::limit::Limit;
use crate::schedule::Rate;
use crate::units::{InvalidQuantity, Size, duration};

/// A type that a key can hold.
pub(in crate::scenario) trait KeyValue: Sized {
    /// What is valid.
    const KIND: Kind;

    /// Parses a value.
    fn read(value: &Value) -> Result<Self, ValueError>;

    /// The value of a key without a value; `None` if the key must have one.
    fn absent() -> Option<Self> {
        None
    }
}

/// Why a value is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum ValueError {
    /// It has the wrong type.
    Type,
    /// It has the right type, but is invalid; the text is the reason.
    Value(String),
}

impl From<InvalidQuantity> for ValueError {
    fn from(error: InvalidQuantity) -> Self {
        Self::Value(error.to_string())
    }
}

impl<T: KeyValue> KeyValue for Option<T> {
    const KIND: Kind = T::KIND;

    fn read(value: &Value) -> Result<Self, ValueError> {
        T::read(value).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl KeyValue for String {
    const KIND: Kind = Kind::Text;

    fn read(value: &Value) -> Result<Self, ValueError> {
        text(value).map(str::to_owned)
    }
}

impl KeyValue for u64 {
    const KIND: Kind = Kind::Integer;

    fn read(value: &Value) -> Result<Self, ValueError> {
        let number = value.as_integer().ok_or(ValueError::Type)?;
        Self::try_from(number).map_err(|_| negative(number))
    }
}

impl KeyValue for f64 {
    const KIND: Kind = Kind::Number;

    fn read(value: &Value) -> Result<Self, ValueError> {
        match *value {
            Value::Integer(number) if number < 0 => Err(negative(number)),
            Value::Integer(number) => Ok(number as Self),
            Value::Float(number) if number.is_finite() && number >= 0.0 => Ok(number),
            Value::Float(number) => Err(negative(number)),
            _ => Err(ValueError::Type),
        }
    }
}

impl KeyValue for bool {
    const KIND: Kind = Kind::Bool;

    fn read(value: &Value) -> Result<Self, ValueError> {
        value.as_bool().ok_or(ValueError::Type)
    }
}

impl KeyValue for Duration {
    const KIND: Kind = Kind::Duration;

    /// A text with a unit, or the number 0, which needs none.
    fn read(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Integer(0) => Ok(Self::ZERO),
            other => Ok(duration::parse(text(other)?)?),
        }
    }
}

impl KeyValue for Rate {
    const KIND: Kind = Kind::Rate;

    fn read(value: &Value) -> Result<Self, ValueError> {
        Ok(text(value)?.parse()?)
    }
}

impl KeyValue for Vec<String> {
    const KIND: Kind = Kind::Texts;

    fn read(value: &Value) -> Result<Self, ValueError> {
        each(value, |text| Ok(text.to_owned()))
    }
}

impl KeyValue for Vec<IpAddr> {
    const KIND: Kind = Kind::Addresses;

    fn read(value: &Value) -> Result<Self, ValueError> {
        each(value, |text| {
            text.parse().map_err(|_| {
                ValueError::Value(format!(
                    "invalid IP address {text:?}: expected one such as 192.0.2.10 or 2001:db8::1"
                ))
            })
        })
    }
}

impl KeyValue for BTreeMap<String, String> {
    const KIND: Kind = Kind::TextTable;

    fn read(value: &Value) -> Result<Self, ValueError> {
        let table = value.as_table().ok_or(ValueError::Type)?;
        let pairs = table
            .iter()
            .map(|(name, value)| Ok((name.clone(), text_at(name, value)?.to_owned())));
        pairs.collect()
    }
}

impl KeyValue for BTreeMap<String, Vec<Limit>> {
    const KIND: Kind = Kind::Thresholds;

    fn read(value: &Value) -> Result<Self, ValueError> {
        let table = value.as_table().ok_or(ValueError::Type)?;
        let pairs = table.iter().map(|(figure, limits)| {
            let limits = match limits {
                Value::Array(list) => list.as_slice(),
                one => std::slice::from_ref(one),
            };
            let limits = limits.iter().map(|limit| Limit::read(figure, limit));
            Ok((figure.clone(), limits.collect::<Result<_, _>>()?))
        });
        pairs.collect()
    }
}

impl KeyValue for Table {
    const KIND: Kind = Kind::Mock;

    fn read(value: &Value) -> Result<Self, ValueError> {
        value.as_table().cloned().ok_or(ValueError::Type)
    }
}

/// Parses a size: a number of bytes, or a text with a unit. `None` for another type.
pub(in crate::scenario) fn size(value: &Value) -> Option<Result<Size, String>> {
    match value {
        Value::Integer(number) => Some(match u64::try_from(*number) {
            Ok(bytes) => Ok(Size(bytes)),
            Err(_) => Err(format!("invalid number {number}: expected 0 or more")),
        }),
        Value::String(text) => Some(
            text.parse()
                .map_err(|error: InvalidQuantity| error.to_string()),
        ),
        _ => None,
    }
}

fn text(value: &Value) -> Result<&str, ValueError> {
    value.as_str().ok_or(ValueError::Type)
}

/// Reads each text of a list.
pub(super) fn each<T>(
    value: &Value,
    read: impl Fn(&str) -> Result<T, ValueError>,
) -> Result<Vec<T>, ValueError> {
    let list = value.as_array().ok_or(ValueError::Type)?;
    let texts = list.iter().enumerate();
    let texts = texts.map(|(index, value)| read(text_at(&format!("entry {}", index + 1), value)?));
    texts.collect()
}

/// The text of a part of the value; an error names the part.
pub(super) fn text_at<'a>(part: &str, value: &'a Value) -> Result<&'a str, ValueError> {
    text(value).map_err(|_| {
        let found = found(value);
        ValueError::Value(format!("{part}: found {found}, expected a text in quotes"))
    })
}

fn negative(number: impl std::fmt::Display) -> ValueError {
    ValueError::Value(format!("invalid number {number}: expected 0 or more"))
}

/// A value; completes "found ...".
pub(in crate::scenario) fn found(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the text \"{}\"", text.escape_debug()),
        Value::Integer(number) => format!("the number {number}"),
        // With its point: 10.0 is not a whole number.
        Value::Float(number) => format!("the number {number:?}"),
        Value::Boolean(yes) => format!("{yes}"),
        Value::Datetime(date) => format!("the date {date}"),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(list) => format!("a list with {}", found(&list[0])),
        Value::Table(_) => "a table".to_owned(),
    }
}
