//! The kinds of values that keys hold: which values are valid, and the error for
//! one that is not. Ranges and contradictions are checked in `resolve`.

use std::fmt;
use std::net::IpAddr;

use toml::Value;

use super::{message, stages};
use crate::schedule::Rate;
use crate::units;

/// The key exchange groups of the TLS library, by its names.
pub(super) const KEY_EXCHANGE: &[&str] = &[
    "X25519",
    "secp256r1",
    "secp384r1",
    "X25519MLKEM768",
    "secp256r1MLKEM768",
    "MLKEM768",
    "MLKEM1024",
];

/// The kind of value of a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Any text.
    Text,
    /// A whole number, 0 or more.
    Integer,
    /// A number, 0 or more, with or without a fraction.
    Number,
    /// `true` or `false`.
    Bool,
    /// A duration with its unit.
    Duration,
    /// Events per time.
    Rate,
    /// Bytes, with or without a unit, or a distribution of them.
    Sizes,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of some of these words.
    ListOf(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of IP addresses.
    Addresses,
    /// A list of stages of a load.
    Stages,
    /// A list of attachments.
    Attachments,
    /// A list of kinds of messages.
    Mix,
    /// A table of texts.
    TextTable,
    /// A table of texts or lists of texts.
    Thresholds,
    /// The mock's table; the mock's own settings check it.
    Mock,
}

/// Why a value is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValueError {
    /// It has the wrong type.
    Type,
    /// It has the right type, but is invalid; the text is the reason.
    Value(String),
}

impl Kind {
    /// Whether `value` is valid.
    pub(super) fn check(self, value: &Value) -> Result<(), ValueError> {
        match (self, value) {
            (Self::Text, Value::String(_)) | (Self::Bool, Value::Boolean(_)) => Ok(()),
            (Self::Integer, Value::Integer(number)) => not_negative(*number),
            (Self::Number, Value::Integer(number)) => not_negative(*number),
            (Self::Number, Value::Float(number)) if number.is_finite() && *number >= 0.0 => Ok(()),
            (Self::Number, Value::Float(number)) => Err(ValueError::Value(format!(
                "invalid number {number}: expected 0 or more"
            ))),
            (Self::Duration, Value::String(text)) => fits(units::duration(text)),
            (Self::Rate, Value::String(text)) => fits(text.parse::<Rate>()),
            (Self::Sizes, value) => message::read_sizes(value).map(|_| ()),
            (Self::OneOf(words), Value::String(text)) => one_of(words, text),
            (Self::ListOf(words), Value::Array(list)) => each(list, |text| one_of(words, text)),
            (Self::Texts, Value::Array(list)) => each(list, |_| Ok(())),
            (Self::Addresses, Value::Array(list)) => each(list, address),
            (Self::Stages, Value::Array(list)) => stages::read(list).map(|_| ()),
            (Self::Attachments, Value::Array(list)) => message::read_attachments(list).map(|_| ()),
            (Self::Mix, Value::Array(list)) => message::read_entries(list).map(|_| ()),
            (Self::TextTable, Value::Table(table)) => table.values().try_for_each(text),
            (Self::Thresholds, Value::Table(table)) => table.values().try_for_each(texts),
            (Self::Mock, Value::Table(_)) => Ok(()),
            _ => Err(ValueError::Type),
        }
    }

    /// Whether the value is a table with keys of its own.
    pub(super) const fn is_table(self) -> bool {
        matches!(self, Self::TextTable | Self::Thresholds | Self::Mock)
    }
}

fn fits<T, E: fmt::Display>(read: Result<T, E>) -> Result<(), ValueError> {
    match read {
        Ok(_) => Ok(()),
        Err(error) => Err(ValueError::Value(error.to_string())),
    }
}

fn not_negative(number: i64) -> Result<(), ValueError> {
    if number < 0 {
        return Err(ValueError::Value(format!(
            "invalid number {number}: expected 0 or more"
        )));
    }
    Ok(())
}

fn one_of(words: &[&str], text: &str) -> Result<(), ValueError> {
    if words.contains(&text) {
        return Ok(());
    }
    let words = words.join(", ");
    Err(ValueError::Value(format!(
        "invalid value {text:?}: expected one of {words}"
    )))
}

fn address(text: &str) -> Result<(), ValueError> {
    match text.parse::<IpAddr>() {
        Ok(_) => Ok(()),
        Err(_) => Err(ValueError::Value(format!(
            "invalid IP address {text:?}: expected one such as 192.0.2.10 or 2001:db8::1"
        ))),
    }
}

fn each(list: &[Value], check: impl Fn(&str) -> Result<(), ValueError>) -> Result<(), ValueError> {
    list.iter()
        .try_for_each(|value| value.as_str().ok_or(ValueError::Type).and_then(&check))
}

fn text(value: &Value) -> Result<(), ValueError> {
    value.as_str().map(|_| ()).ok_or(ValueError::Type)
}

fn texts(value: &Value) -> Result<(), ValueError> {
    match value {
        Value::Array(list) => each(list, |_| Ok(())),
        other => text(other),
    }
}

impl fmt::Display for Kind {
    /// What is valid; completes "expected ...".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Text => "a text in quotes",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Duration => "a duration in quotes",
            Self::Rate => "a rate in quotes",
            Self::Sizes => {
                "a size in bytes, or in quotes with its unit, or a table or list of sizes"
            }
            Self::OneOf(words) => return write!(f, "one of {}", words.join(", ")),
            Self::ListOf(words) => return write!(f, "a list of any of {}", words.join(", ")),
            Self::Texts => "a list of texts",
            Self::Addresses => "a list of IP addresses in quotes",
            Self::Stages => "a list of stages",
            Self::Attachments => "a list of sizes, or of tables",
            Self::Mix => "a list of tables",
            Self::TextTable => "a table of texts",
            Self::Thresholds => "a table of texts, or of lists of texts",
            Self::Mock => "a table",
        };
        f.write_str(words)
    }
}

/// A value; completes "found ...".
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the text \"{}\"", text.escape_debug()),
        Value::Integer(number) => format!("the number {number}"),
        Value::Float(number) => format!("the number {number}"),
        Value::Boolean(yes) => format!("{yes}"),
        Value::Datetime(date) => format!("the date {date}"),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(list) => format!("a list with {}", found(&list[0])),
        Value::Table(_) => "a table".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_exchange_groups_are_those_of_the_tls_library() {
        let offered: Vec<String> = rustls::crypto::aws_lc_rs::ALL_KX_GROUPS
            .iter()
            .map(|group| format!("{:?}", group.name()))
            .collect();
        assert_eq!(offered, KEY_EXCHANGE);
    }
}
