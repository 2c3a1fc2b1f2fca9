//! What a person sees while a run goes on: on standard error, never in the way
//! of results.
//!
//! On a terminal a bar, redrawn every second; otherwise, and on one of type
//! `dumb`, a plain line every few
//! seconds; with `--quiet` nothing. What happened is measured elsewhere; this
//! only picks what to show of it.

mod bar;
mod lines;
mod status;

pub use status::Expected;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::measure::{Measurements, Second};
use crate::output::paint::takes_escape_codes;
use bar::Bar;
use lines::Lines;

/// How far a run has come, shown; clones show on the same line. The thread that
/// conducts the run tells of its acts, the one that collects of its seconds.
#[derive(Clone)]
pub struct Progress(Arc<Mutex<Box<dyn View>>>);

/// A way to show how far a run has come.
trait View: Send {
    /// So many of so many sessions are open.
    fn opening(&mut self, ready: u32, of: u32);
    /// The clock runs.
    fn started(&mut self);
    /// A second is over, in which the schedule asked for `target` messages.
    fn second(&mut self, second: &Second, measured: &Measurements, target: Option<f64>);
    /// The schedule is over.
    fn draining(&mut self);
    /// The run is over: what was shown makes room.
    fn finish(&mut self);
}

impl Progress {
    /// Shows nothing if `quiet`, a bar on a terminal that knows escape codes,
    /// plain lines otherwise.
    pub fn new(expected: Expected, quiet: bool) -> Self {
        if quiet {
            Self::of(Nothing)
        } else if takes_escape_codes(&io::stderr()) {
            Self::of(Bar::new(expected))
        } else {
            Self::of(Lines::new(io::stderr()))
        }
    }

    /// So many of so many sessions are open.
    pub fn opening(&self, ready: u32, of: u32) {
        self.with(|view| view.opening(ready, of));
    }

    /// The clock runs.
    pub fn started(&self) {
        self.with(|view| view.started());
    }

    /// A second is over, in which the schedule asked for `target` messages;
    /// none in the closed model.
    pub fn second(&self, second: &Second, measured: &Measurements, target: Option<f64>) {
        self.with(|view| view.second(second, measured, target));
    }

    /// The schedule is over; what is under way may finish.
    pub fn draining(&self) {
        self.with(|view| view.draining());
    }

    /// The run is over: what was shown makes room for the report.
    pub fn finish(&self) {
        self.with(|view| view.finish());
    }

    fn of(view: impl View + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(view))))
    }

    fn with(&self, show: impl FnOnce(&mut dyn View)) {
        // A view that panicked half way can at worst look odd.
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
