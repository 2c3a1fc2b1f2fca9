//! The progress of a series, on standard error: a line before each run, with the time
//! left until a look can end it, and until its last pair.

use std::time::Duration;

use crate::analysis::ab::Turn;
use crate::output::progress::Mode;
use crate::sys::clock::Clock;
use crate::text::printable;
use crate::vocabulary::Instant;

/// Counts runs and their time.
pub(super) struct Progress {
    mode: Mode,
    /// The name of the series, if it is one of several.
    name: Option<&'static str>,
    clock: Clock,
    /// The time of a run as forecast, cool-down included.
    expected: Duration,
    began: Instant,
    done: u32,
}

impl Progress {
    pub(super) fn new(mode: Mode, name: Option<&'static str>, expected: Duration) -> Self {
        let clock = Clock::start();
        Self {
            mode,
            name,
            clock,
            expected,
            began: clock.now(),
            done: 0,
        }
    }

    /// A run is about to start; `left` is the number of runs until the next look and
    /// until the last one, this one included. Returns the line that the live view of the
    /// run has above it.
    pub(super) fn run(&self, turn: Turn, value: &str, left: (usize, usize)) -> String {
        let pair = match turn.pair {
            0 => "first pair (discarded)".to_owned(),
            pair => format!("pair {pair}"),
        };
        let name = self
            .name
            .map(|name| format!("{name}, "))
            .unwrap_or_default();
        let (value, time) = (printable(value), self.time_left(left));
        let line = format!("sesbench: {name}{pair}, {value}: {time}");
        self.mode.announce(&line);
        line
    }

    /// A run has ended.
    pub(super) fn done(&mut self) {
        self.done += 1;
    }

    fn time_left(&self, (to_look, to_end): (usize, usize)) -> String {
        let each = match self.done {
            0 => self.expected,
            done => self.clock.now().since(self.began) / done,
        };
        time_left(each, to_look, to_end)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.mode.end();
    }
}

fn time_left(each: Duration, to_look: usize, to_end: usize) -> String {
    let time = |runs: usize| {
        let time = each * u32::try_from(runs).unwrap_or(u32::MAX);
        humantime::format_duration(Duration::from_secs(time.as_secs_f64().ceil() as u64))
            .to_string()
    };
    match to_look == to_end {
        true => format!("{} left", time(to_end)),
        false => format!(
            "{} to the first look, {} at most",
            time(to_look),
            time(to_end)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_that_to_the_next_look_and_to_the_end() {
        let each = Duration::from_millis(4_400);
        let text = time_left(each, 22, 42);
        assert_eq!(text, "1m 37s to the first look, 3m 5s at most");
        assert_eq!(time_left(each, 3, 3), "14s left");
    }
}
