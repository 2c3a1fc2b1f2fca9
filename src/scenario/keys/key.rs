//! What the table has for each key.

use std::borrow::Cow;

use super::Kind;

/// A key of a scenario.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Key {
    /// Its path, such as `load.rate`.
    pub(in crate::scenario) path: Cow<'static, str>,
    /// The kind of its value.
    pub(in crate::scenario) kind: Kind,
    /// What applies without it.
    pub(in crate::scenario) default: Default,
    /// A value, as TOML.
    pub(in crate::scenario) example: Cow<'static, str>,
    /// Its meaning: sentences for the reference.
    pub(in crate::scenario) meaning: Cow<'static, str>,
    /// The flag that sets it.
    pub(in crate::scenario) flag: Option<Flag>,
}

/// The default of a key.
#[derive(Clone, Debug)]
pub(in crate::scenario) enum Default {
    /// This value, as TOML.
    Is(Cow<'static, str>),
    /// No value; the text states what follows from that.
    Absent(&'static str),
}

/// A flag of `run` and `check` that sets a key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    /// Its name, without the dashes.
    pub(crate) name: &'static str,
    /// The name of its value in help; empty for a switch.
    pub(crate) value_name: &'static str,
    /// Its heading in help.
    pub(crate) heading: Heading,
    /// A flag that it cannot be combined with.
    pub(crate) conflicts: Option<&'static str>,
    /// One line of help.
    pub(crate) help: &'static str,
    /// What `--help` adds, in lines of at most 70 characters, because clap does not
    /// wrap them.
    pub(crate) more: &'static str,
}

/// The headings of the help, in their order there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Heading {
    /// Which server.
    Target,
    /// What is never exceeded.
    Limits,
    /// How much is sent, and when.
    Load,
    /// What is sent.
    Message,
    /// Any key.
    Scenario,
}

impl Heading {
    /// The text in help.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Target => "Target",
            Self::Limits => "Safety limits",
            Self::Load => "Load",
            Self::Message => "Message",
            Self::Scenario => "Scenario",
        }
    }
}
