//! Colour, where it is wanted.

use std::env;
use std::io::{self, IsTerminal};

/// Colours text, or leaves it as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Paint {
    pub(crate) colour: bool,
}

/// Codes of ECMA-48, "select graphic rendition".
#[derive(Clone, Copy)]
pub(crate) enum Colour {
    Bold = 1,
    Red = 31,
    Green = 32,
    Yellow = 33,
}

impl Paint {
    /// For standard output: with colour if that is a terminal and `NO_COLOR`
    /// (no-color.org) is not set.
    pub(crate) fn for_stdout() -> Self {
        let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colour: !unwanted && io::stdout().is_terminal(),
        }
    }

    pub(crate) fn paint(self, colour: Colour, text: &str) -> String {
        match self.colour {
            true => format!("\x1b[{}m{text}\x1b[0m", colour as u8),
            false => text.to_owned(),
        }
    }
}
