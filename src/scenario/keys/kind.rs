//! The kinds of values that keys hold, in words for errors and for the reference.

use std::fmt;

/// The kind of value of a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::scenario) enum Kind {
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
    /// A table of limits: texts, tables, or lists of them.
    Thresholds,
    /// The mock's table; the mock's own settings check it.
    Mock,
}

/// How a flag takes the value of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagValue {
    /// As text, which the key checks.
    Text,
    /// A whole number, 0 or more.
    Integer,
    /// The flag alone means `true`.
    Switch,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One text each time that the flag is given.
    List,
}

impl Kind {
    /// Whether the value is a table with keys of its own.
    pub(in crate::scenario) const fn is_table(self) -> bool {
        matches!(self, Self::TextTable | Self::Thresholds | Self::Mock)
    }

    /// How a flag takes it.
    pub(in crate::scenario) const fn flag_value(self) -> FlagValue {
        match self {
            Self::Integer => FlagValue::Integer,
            Self::Bool => FlagValue::Switch,
            Self::OneOf(words) => FlagValue::OneOf(words),
            Self::Texts => FlagValue::List,
            _ => FlagValue::Text,
        }
    }

    /// The type column of the reference.
    pub(in crate::scenario) fn in_reference(self) -> String {
        match self {
            Self::OneOf(words) => format!("`{}`", words.join("`, `")),
            Self::ListOf(words) => format!("list of `{}`", words.join("`, `")),
            Self::Text => "text".to_owned(),
            Self::Duration => "duration: `ms`, `s`, `min`, `h`".to_owned(),
            Self::Rate => "rate: `/s`, `/min`, `/h`, `/d`".to_owned(),
            Self::Sizes => {
                "bytes, or with `KiB`, `MiB`, `kB`, `MB`; a table or list of sizes".to_owned()
            }
            other => other
                .to_string()
                .replace("a list of", "list of")
                .replace("a table of", "table of"),
        }
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
            Self::Thresholds => "a table of texts, of tables with a limit, or of lists of them",
            Self::Mock => "a table",
        };
        f.write_str(words)
    }
}
