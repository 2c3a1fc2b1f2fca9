//! Progress as a few lines that are redrawn in place, on a terminal.
//!
//! They are drawn with each second of the run that is complete, and when sessions are
//! opened, at most some times a second. What they contain follows from what the
//! collector's thread has anyway; how they get to the terminal is left to `screen`.

mod look;
mod rows;
mod sparkline;
mod view_state;

use std::time::Duration;

use super::status::Expected;
use super::{Options, View};
use crate::measure::{Measurements, Second};
use crate::output::screen;
use crate::sys::clock::Clock;
use crate::sys::terminal::TerminalSize;
use crate::vocabulary::Instant;
use look::Look;
use view_state::{Follower, Stage, ViewState};

/// Minimum time between two drawings of a pool that is being opened.
const INTERVAL: Duration = Duration::from_millis(100);

/// The line of a series alone, as it is above a run.
pub(super) fn heading(text: &str) -> String {
    let look = Look::of_stderr();
    look.cut(&look.plain(text), width())
}

/// The columns for text: one less than there are, see [`screen::draw`].
fn width() -> usize {
    TerminalSize::of_stderr().columns.saturating_sub(1)
}

/// The live view.
pub(super) struct Live {
    expected: Expected,
    figures: ViewState,
    follower: Follower,
    look: Look,
    clock: Clock,
    drawn: Option<Instant>,
}

impl Live {
    pub(super) fn new(options: Options) -> Self {
        Self {
            expected: options.expected,
            figures: ViewState {
                heading: options.heading,
                name: options.name,
                total_s: options.expected.seconds,
                ..ViewState::default()
            },
            follower: Follower::default(),
            look: Look::of_stderr(),
            clock: Clock::start(),
            drawn: None,
        }
    }

    fn draw(&mut self) {
        self.drawn = Some(self.clock.now());
        screen::draw(rows::rows(&self.figures, width(), self.look));
    }

    fn stage(&mut self, stage: Stage) {
        self.figures.stage = stage;
        self.draw();
    }
}

impl View for Live {
    fn opening(&mut self, ready: u32, of: u32) {
        let now = self.clock.now();
        let is_due = self.drawn.is_none_or(|drawn| now.since(drawn) >= INTERVAL);
        self.figures.stage = Stage::Opening { ready, of };
        if is_due || ready == of {
            self.draw();
        }
    }

    fn started(&mut self) {
        self.stage(Stage::Started);
    }

    fn wants_findings(&self) -> bool {
        true
    }

    fn found(&mut self, findings: Vec<String>) {
        self.figures.findings = findings;
    }

    fn second(&mut self, second: &Second, measured: &Measurements, target: Option<f64>) {
        let figures = &mut self.figures;
        self.follower
            .second(figures, (second, measured), target, self.expected);
        self.draw();
    }

    /// The next second shows it with its figures.
    fn draining(&mut self) {}

    fn finish(&mut self) {
        screen::clear();
    }
}
