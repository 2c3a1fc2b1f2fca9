//! Progress of a run, on standard error, so that it never mixes with results.
//!
//! On a terminal it is a bar, redrawn every second; otherwise, and on a terminal of
//! type `dumb`, a plain line every few seconds; with `--quiet` nothing. Measuring
//! is left to `measure`; this module selects what to print.

mod bar;
mod lines;
mod status;

pub(crate) use status::Expected;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::measure::{Measurements, Second};
use crate::output::paint::takes_escape_codes;
use bar::Bar;
use lines::Lines;

/// Prints the progress of a run; clones share one view. The run controller's
/// thread reports the parts of the run, the collector's thread its seconds.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Mutex<Box<dyn View>>>);

/// A way to show progress.
trait View: Send {
    /// `ready` of `of` sessions are open.
    fn opening(&mut self, ready: u32, of: u32);
    /// The schedule has started.
    fn started(&mut self);
    /// A second has ended, for which the schedule asked for `target` messages.
    fn second(&mut self, second: &Second, measured: &Measurements, target: Option<f64>);
    /// The schedule has ended.
    fn draining(&mut self);
    /// The run has ended: removes the progress from the terminal.
    fn finish(&mut self);
}

impl Progress {
    /// Shows nothing if `quiet`, a bar on a terminal that knows escape codes,
    /// plain lines otherwise.
    pub(crate) fn new(expected: Expected, quiet: bool) -> Self {
        if quiet {
            Self::of(Nothing)
        } else if takes_escape_codes(&io::stderr()) {
            Self::of(Bar::new(expected))
        } else {
            Self::of(Lines::new(io::stderr()))
        }
    }

    /// `ready` of `of` sessions are open.
    pub(crate) fn opening(&self, ready: u32, of: u32) {
        self.with(|view| view.opening(ready, of));
    }

    /// The schedule has started.
    pub(crate) fn started(&self) {
        self.with(|view| view.started());
    }

    /// A second has ended, for which the schedule asked for `target` messages;
    /// none in the closed model.
    pub(crate) fn second(&self, second: &Second, measured: &Measurements, target: Option<f64>) {
        self.with(|view| view.second(second, measured, target));
    }

    /// The schedule has ended; messages in flight may finish.
    pub(crate) fn draining(&self) {
        self.with(|view| view.draining());
    }

    /// The run has ended: removes the progress from the terminal.
    pub(crate) fn finish(&self) {
        self.with(|view| view.finish());
    }

    fn of(view: impl View + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(view))))
    }

    fn with(&self, show: impl FnOnce(&mut dyn View)) {
        // After a panic in a view, the worst case is a garbled line.
        show(
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .as_mut(),
        );
    }
}

/// `--quiet`.
struct Nothing;

impl View for Nothing {
    fn opening(&mut self, _ready: u32, _of: u32) {}
    fn started(&mut self) {}
    fn second(&mut self, _second: &Second, _measured: &Measurements, _target: Option<f64>) {}
    fn draining(&mut self) {}
    fn finish(&mut self) {}
}
