//! Progress of a run, on standard error, so that it never mixes with results.
//!
//! On a terminal it is a view of a few lines, redrawn in place; otherwise, and on a
//! terminal of type `dumb`, a plain line every few seconds; or nothing. Measuring is
//! left to `measure`; this module selects what to print. The runs of a series, such as
//! the steps of a search, have one line more, above those of the run.

mod lines;
mod live;
mod status;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::paint::redraws;
use super::screen;
use crate::measure::{Measurements, Second};
use crate::text::printable;
use lines::Lines;
use live::Live;
pub(crate) use status::Expected;

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Live on a terminal, otherwise in plain lines.
    #[default]
    Auto,
    /// In plain lines.
    Plain,
    /// Not at all.
    None,
}

/// What a view needs to know of its run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) mode: Mode,
    /// The line of the series that the run belongs to; only the live view shows it,
    /// because it is printed before the run otherwise.
    pub(crate) heading: Option<String>,
    /// The name of the scenario.
    pub(crate) name: String,
    pub(crate) expected: Expected,
}

/// Prints the progress of a run; clones share one view. The run controller's
/// thread reports the parts of the run, the collector's thread its seconds.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Mutex<Box<dyn View>>>);

/// A way to show progress.
trait View: Send {
    /// `ready` of `of` sessions are open.
    fn opening(&mut self, _ready: u32, _of: u32) {}
    /// The schedule has started.
    fn started(&mut self) {}
    /// Whether findings are shown while the run is under way.
    fn wants_findings(&self) -> bool {
        false
    }
    /// The findings so far, before the second that they are of.
    fn found(&mut self, _findings: Vec<String>) {}
    /// A second has ended, for which the schedule asked for `target` messages.
    fn second(&mut self, _second: &Second, _measured: &Measurements, _target: Option<f64>) {}
    /// The schedule has ended.
    fn draining(&mut self) {}
    /// The run has ended: removes the progress from the terminal.
    fn finish(&mut self) {}
}

impl Mode {
    /// Whether lines are redrawn in place.
    pub(crate) fn is_live(self) -> bool {
        self == Self::Auto && redraws(&io::stderr())
    }

    /// The mode of the runs of a series in this mode: they have no lines of their own
    /// among those of the series.
    pub(crate) fn of_runs(self) -> Self {
        match self.is_live() {
            true => Self::Auto,
            false => Self::None,
        }
    }

    /// Shows the line of a series before its next run: live until that run shows it, or
    /// as a line.
    pub(crate) fn announce(self, heading: &str) {
        if self.is_live() {
            screen::draw(vec![live::heading(heading)]);
        } else {
            self.print_line(heading);
        }
    }

    /// The series is over: removes its line, if it is still there.
    pub(crate) fn end(self) {
        if self.is_live() {
            screen::clear();
        }
    }

    /// Prints a line about a series, which stays.
    pub(crate) fn print_line(self, line: &str) {
        if self != Self::None {
            screen::print_line(&printable(line));
        }
    }
}

impl Progress {
    /// Shows it in that mode.
    pub(crate) fn new(options: Options) -> Self {
        match options.mode {
            Mode::None => Self::of(Nothing),
            mode if mode.is_live() => Self::of(Live::new(options)),
            _ => Self::of(Lines::new(io::stderr())),
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

    /// Whether findings are shown while the run is under way; if not, they need not be
    /// found.
    pub(crate) fn wants_findings(&self) -> bool {
        self.with(|view| view.wants_findings())
    }

    /// The findings so far, before the second that they are of.
    pub(crate) fn found(&self, findings: Vec<String>) {
        self.with(|view| view.found(findings));
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

    fn with<T>(&self, show: impl FnOnce(&mut dyn View) -> T) -> T {
        // After a panic in a view, the worst case is a garbled line.
        show(
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .as_mut(),
        )
    }
}

/// Shows nothing.
struct Nothing;

impl View for Nothing {}
