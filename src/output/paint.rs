//! Colour on a terminal.

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal};

/// Colours text, or leaves it as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paint {
    pub(crate) colour: bool,
}

/// Whether the stream is a terminal that supports escape codes. One of type `dumb`
/// (terminfo(5)) does not, and is treated like a pipe.
pub(crate) fn takes_escape_codes(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && !is_dumb(env::var_os("TERM").as_deref())
}

/// Whether lines can be redrawn on the stream: a terminal whose type is known.
pub(crate) fn redraws(stream: &impl IsTerminal) -> bool {
    takes_escape_codes(stream) && env::var_os("TERM").is_some_and(|term| !term.is_empty())
}

fn is_dumb(term: Option<&OsStr>) -> bool {
    term.is_some_and(|term| term == "dumb")
}

/// Codes of ECMA-48, "select graphic rendition".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
}

impl Paint {
    /// For standard output: with colour if it is a terminal that supports escape
    /// codes, and `NO_COLOR` (no-color.org) is not set.
    pub(crate) fn for_stdout() -> Self {
        Self::for_stream(&io::stdout())
    }

    /// The same for standard error.
    pub(crate) fn for_stderr() -> Self {
        Self::for_stream(&io::stderr())
    }

    fn for_stream(stream: &impl IsTerminal) -> Self {
        let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colour: !unwanted && takes_escape_codes(stream),
        }
    }

    pub(crate) fn paint(self, colour: Colour, text: &str) -> String {
        match self.colour {
            true => format!("\x1b[{}m{text}\x1b[0m", colour as u8),
            false => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_dumb_terminal_is_dumb() {
        for (term, dumb) in [(Some("dumb"), true), (Some("xterm"), false), (None, false)] {
            assert_eq!(is_dumb(term.map(OsStr::new)), dumb, "{term:?}");
        }
    }
}
