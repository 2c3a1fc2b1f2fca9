//! Prints a probe line by line as it happens.
//!
//! A separate thread writes, so that a slow terminal does not look like a slow
//! server.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::certificates;
use super::step::{Kind, Step};
use crate::app::{AppError, stdout};
use crate::net::Connector;
use crate::output::paint::{Colour, Paint};

/// An entry to show.
pub(super) enum Entry {
    Step(Step),
    /// The certificates so far. They are formatted on the thread of the view.
    Certificates(Duration, Arc<Connector>),
}

/// Writes to standard output, or nowhere.
pub(super) struct View(Option<(Sender<Entry>, JoinHandle<io::Result<()>>)>);

impl View {
    /// Shows each step as it happens if `shown`.
    pub(super) fn new(shown: bool) -> Self {
        Self(shown.then(|| {
            let (sender, entries) = channel();
            (sender, thread::spawn(move || show(&entries)))
        }))
    }

    pub(super) fn show(&self, entry: Entry) {
        if let Some((sender, _)) = &self.0 {
            // If the thread has ended on a write error, `finish` returns it.
            let _ = sender.send(entry);
        }
    }

    /// Waits until everything is written.
    pub(super) fn finish(&mut self) -> Result<(), AppError> {
        let Some((sender, thread)) = self.0.take() else {
            return Ok(());
        };
        drop(sender);
        let written = thread.join();
        let lost = || io::Error::other("the output thread failed");
        stdout::written(written.unwrap_or_else(|_| Err(lost())))
    }
}

fn show(entries: &Receiver<Entry>) -> io::Result<()> {
    let paint = Paint::for_stdout();
    for entry in entries {
        match entry {
            Entry::Step(step) => show_step(paint, &step)?,
            Entry::Certificates(at, connector) => {
                for text in certificates::lines(&connector.certificates()) {
                    let kind = Kind::Note;
                    show_step(paint, &Step { at, kind, text })?;
                }
            }
        }
    }
    Ok(())
}

/// Time in ms since the start, the mark, and the text.
fn show_step(paint: Paint, step: &Step) -> io::Result<()> {
    let at = step.at.as_secs_f64() * 1e3;
    let line = format!("{at:>10.3}  {} {}", step.kind.mark(), step.text);
    let line = match step.kind {
        Kind::Failed => paint.paint(Colour::Red, &line),
        Kind::Sent => paint.paint(Colour::Bold, &line),
        Kind::Note | Kind::Received => line,
    };
    writeln!(io::stdout(), "{line}")
}
