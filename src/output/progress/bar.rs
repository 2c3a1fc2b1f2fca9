//! Progress as a bar, on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::View;
use super::status::{Expected, Pace, act, line};
use crate::measure::{Measurements, Second};

/// The part of the run and its position; below it the status line.
const TEMPLATE: &str = "{prefix:<9} [{bar:40}] {pos}/{len}\n{wide_msg}";

/// A bar over seconds or messages.
pub(super) struct Bar {
    expected: Expected,
    pace: Pace,
    bar: ProgressBar,
}

impl Bar {
    pub(super) fn new(expected: Expected) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        // The template is a valid constant; if not, the default bar is used.
        let style = ProgressStyle::with_template(TEMPLATE);
        bar.set_style(
            style
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("=> "),
        );
        Self {
            expected,
            pace: Pace::default(),
            bar,
        }
    }
}

impl View for Bar {
    fn opening(&mut self, ready: u32, of: u32) {
        self.bar.set_prefix("opening");
        self.bar.set_message("sessions");
        self.bar.set_length(of.into());
        self.bar.set_position(ready.into());
    }

    fn started(&mut self) {
        self.bar.set_prefix("started");
        self.bar.set_message("");
        match self.expected.length() {
            Some(length) => self.bar.set_length(length),
            None => self.bar.unset_length(),
        }
        self.bar.set_position(0);
    }

    fn second(&mut self, second: &Second, measured: &Measurements, target: Option<f64>) {
        self.pace.add(second, target);
        let position = self.expected.position(second, measured);
        let length = self.expected.length().unwrap_or(position);
        self.bar.set_prefix(act(second.window));
        self.bar.set_message(line(&mut self.pace, second, measured));
        self.bar.set_position(position.min(length));
    }

    fn draining(&mut self) {
        self.bar.set_prefix("draining");
    }

    fn finish(&mut self) {
        self.bar.finish_and_clear();
    }
}
