//! What a person sees of a probe, line by line as it happens.

use std::io::{self, Write};

use super::step::{Kind, Step};
use crate::report::paint::{Colour, Paint};

/// Writes to standard output, or nowhere until the end.
pub(super) struct View {
    shown: bool,
    pub(super) paint: Paint,
    /// The first error; nothing is written after it.
    failed: Option<io::Error>,
}

impl View {
    /// Shows each line at once if `shown`.
    pub(super) fn new(shown: bool) -> Self {
        Self {
            shown,
            paint: Paint::for_stdout(),
            failed: None,
        }
    }

    /// Time in ms since the beginning, who said it, and what.
    pub(super) fn step(&mut self, step: &Step) {
        let at = step.at.as_secs_f64() * 1e3;
        let line = format!("{at:>10.3}  {} {}", step.kind.mark(), step.text);
        let line = match step.kind {
            Kind::Failed => self.paint.paint(Colour::Red, &line),
            Kind::Sent => self.paint.paint(Colour::Bold, &line),
            Kind::Note | Kind::Received => line,
        };
        self.line(&line);
    }

    pub(super) fn line(&mut self, line: &str) {
        if self.shown && self.failed.is_none() {
            self.failed = writeln!(io::stdout(), "{line}").err();
        }
    }

    /// The first error of all that was written. A reader that has seen enough,
    /// such as `head`, is none.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self.failed.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }
}
