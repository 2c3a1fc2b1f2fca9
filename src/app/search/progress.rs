//! Progress of a search on standard error: a line when a step begins, with the time
//! left, and one when it ends, with the bracket.

use std::time::Duration;

use crate::analysis::search::Step;
use crate::output::progress::Mode;
use crate::output::search::{bracket, load, outcome};
use crate::run::{ArgumentsRecord, SearchRecord};

/// Prints the progress of a search.
pub(super) struct Progress {
    arguments: ArgumentsRecord,
    mode: Mode,
}

impl Progress {
    pub(super) fn new(arguments: &ArgumentsRecord, mode: Mode) -> Self {
        let arguments = arguments.clone();
        Self { arguments, mode }
    }

    /// A step begins; about `left` steps follow, this one included. Returns the line
    /// that the live view of its run has above it.
    pub(super) fn begins(&self, number: usize, step: &Step, warm_up_s: f64, left: u32) -> String {
        let run_s = warm_up_s + step.length_s;
        let left = left.max(1);
        let time_left = f64::from(left) * (run_s + step.cool_down_s);
        let load = load(&self.arguments, step.load);
        let (run, time_left) = (seconds(run_s), roughly(time_left));
        let line = format!("step {number}: {load} for {run}; about {left} more, {time_left} left");
        self.mode.announce(&line);
        line
    }

    /// The last step of the record has ended.
    pub(super) fn ended(&self, record: &SearchRecord) {
        let Some(step) = record.steps.last() else {
            return;
        };
        self.mode.print_line(&format!(
            "step {}: {} {}: {}; {}",
            step.number,
            load(&self.arguments, step.load),
            outcome(&step.outcome),
            step.reason,
            bracket(record),
        ));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.mode.end();
    }
}

fn seconds(seconds: f64) -> String {
    let whole = Duration::from_secs(seconds.ceil() as u64);
    humantime::format_duration(whole).to_string()
}

/// An estimate: below a minute in steps of ten seconds, above in minutes.
fn roughly(left_s: f64) -> String {
    let unit = if left_s < 60.0 { 10.0 } else { 60.0 };
    seconds((left_s / unit).ceil() * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_not_more_precise_than_it_is() {
        for (left, text) in [(4.2, "10s"), (51.0, "1m"), (61.0, "2m"), (3_700.0, "1h 2m")] {
            assert_eq!(roughly(left), text);
        }
        assert_eq!(seconds(5.5), "6s");
    }
}
