//! The bottom of the terminal: lines that are redrawn in place, on standard error.
//!
//! The lines belong to the process, as the terminal does: a line printed meanwhile goes
//! above them ([`print_line`]), whichever part of the program prints it. What the lines
//! contain is left to `progress`. The cursor is never hidden and no mode of the terminal
//! is changed, so that nothing has to be restored, even after SIGKILL: it rests at the
//! start of the row below the lines, where a shell's prompt is expected.

#[cfg(test)]
mod tests;

use std::env;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError, TryLockError};

use crate::sys::terminal::TerminalSize;
use crate::text::printable;

/// The lines on the terminal of this process.
static SCREEN: Mutex<Screen> = Mutex::new(Screen { lines: Vec::new() });

/// The drawn lines; none: nothing is redrawn.
#[derive(Debug)]
struct Screen {
    lines: Vec<String>,
}

/// What the terminal does with drawn lines when its size changes.
#[derive(Clone, Copy, Debug)]
struct Terminal {
    size: TerminalSize,
    /// Whether a line that is longer than a smaller width continues in the next row.
    reflows: bool,
}

/// Replaces the lines. They may contain colours, and must be shorter than a row: a
/// terminal that has written its last column is in a state of its own (DECAWM).
pub(crate) fn draw(lines: Vec<String>) {
    let mut screen = SCREEN.lock().unwrap_or_else(PoisonError::into_inner);
    write(&screen.frame(None, lines, Terminal::current()));
}

/// Removes the lines.
pub(crate) fn clear() {
    draw(Vec::new());
}

/// Removes the lines in a panic, which may be one of the thread that is drawing.
pub(crate) fn clear_after_panic() {
    let screen = SCREEN.try_lock();
    let screen = screen.or_else(|error| match error {
        TryLockError::Poisoned(poisoned) => Ok(poisoned.into_inner()),
        TryLockError::WouldBlock => Err(()),
    });
    if let Ok(mut screen) = screen {
        write(&screen.frame(None, Vec::new(), Terminal::current()));
    }
}

/// Prints a line of text on standard error, above the lines that are redrawn.
pub(crate) fn print_line(text: &str) {
    let mut screen = SCREEN.lock().unwrap_or_else(PoisonError::into_inner);
    if screen.lines.is_empty() {
        return write(&format!("{text}\n"));
    }
    let lines = screen.lines.clone();
    write(&screen.frame(Some(text), lines, Terminal::current()));
}

/// Prints a message of the program: its name, and one line, which may contain a path or a
/// name with any character.
pub(crate) fn print_message(text: &str) {
    print_line(&format!("sesbench: {}", printable(text)));
}

/// In one write, so that no half of a frame is seen. Errors are ignored: a closed
/// standard error, as after SIGHUP, must not end a run.
fn write(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

impl Screen {
    /// The text that replaces the drawn lines by `text`, which stays, and by `lines`.
    fn frame(&mut self, text: Option<&str>, lines: Vec<String>, terminal: Terminal) -> String {
        let mut frame = String::new();
        let rows: usize = self.lines.iter().map(|line| terminal.rows(line)).sum();
        if rows > 0 {
            // An interrupt character may have been echoed: back to the first column.
            frame += &format!("\r\x1b[{rows}A");
            // Row by row where the rows are the same ones, so that nothing flickers.
            if text.is_some() || rows > self.lines.len() {
                frame += "\x1b[J";
            }
        }
        if let Some(text) = text {
            frame += text;
            frame.push('\n');
        }
        let shown = terminal.size.rows.saturating_sub(1);
        self.lines = lines.into_iter().take(shown).collect();
        for line in &self.lines {
            frame += &format!("\x1b[2K{line}\n");
        }
        if rows > 0 {
            frame += "\x1b[J";
        }
        frame
    }
}

impl Terminal {
    /// That of standard error. xterm and screen cut lines when they get narrower, other
    /// terminals continue them in the next row.
    fn current() -> Self {
        let cuts = ["XTERM_VERSION", "STY"];
        Self {
            size: TerminalSize::of_stderr(),
            reflows: !cuts.iter().any(|name| env::var_os(name).is_some()),
        }
    }

    /// The rows that a line takes now, after it was drawn in one.
    fn rows(self, line: &str) -> usize {
        match self.reflows {
            true => width(line).div_ceil(self.size.columns).max(1),
            false => 1,
        }
    }
}

/// The columns of a line, without its colours.
fn width(line: &str) -> usize {
    let mut parts = line.split('\x1b');
    let first = parts.next().map_or(0, |text| text.chars().count());
    let others = parts.map(|part| {
        part.split_once('m')
            .map_or(0, |(_, text)| text.chars().count())
    });
    first + others.sum::<usize>()
}
