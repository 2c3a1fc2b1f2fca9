//! The size of the terminal.

use std::io;

/// Columns and rows of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TerminalSize {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

impl TerminalSize {
    /// The size of a VT100, of which every terminal has at least the columns unless it
    /// reports others.
    const DEFAULT: Self = Self {
        columns: 80,
        rows: 24,
    };

    /// The current size of standard error's terminal. One that does not know its size,
    /// such as a serial line, reports zeros (`TIOCGWINSZ` in tty_ioctl(2)).
    pub(crate) fn of_stderr() -> Self {
        let size = rustix::termios::tcgetwinsize(io::stderr()).ok();
        let known = size.filter(|size| size.ws_col > 0 && size.ws_row > 0);
        known.map_or(Self::DEFAULT, |size| Self {
            columns: size.ws_col.into(),
            rows: size.ws_row.into(),
        })
    }
}
