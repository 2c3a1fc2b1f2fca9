//! Progress as plain lines, for logs and pipes.

use std::io::Write;

use super::View;
use super::status::{Pace, act, line};
use crate::measure::{Measurements, Second, Window};

/// Seconds between two lines.
const EVERY: u32 = 5;

/// A pool smaller than this is opened without progress lines in between.
const SMALL_POOL: u32 = 100;

/// Prints a line every few seconds, and at each change of the part of the run.
pub(super) struct Lines<W> {
    pace: Pace,
    window: Option<Window>,
    quarters_open: Option<u32>,
    to: W,
}

impl<W: Write + Send> Lines<W> {
    pub(super) fn new(to: W) -> Self {
        Self {
            pace: Pace::default(),
            window: None,
            quarters_open: None,
            to,
        }
    }

    /// Ignores errors: a closed standard error must not end the run.
    fn show(&mut self, line: &str) {
        let _ = writeln!(self.to, "{line}");
    }
}

impl<W: Write + Send> View for Lines<W> {
    fn opening(&mut self, ready: u32, of: u32) {
        // A small pool is open within moments: one line is enough.
        let quarters = Some(if of < SMALL_POOL { 0 } else { ready * 4 / of });
        if quarters != self.quarters_open {
            self.quarters_open = quarters;
            self.show(&format!("opening sessions: {ready} of {of}"));
        }
    }

    fn started(&mut self) {
        self.show("started");
    }

    fn second(&mut self, second: &Second, measured: &Measurements, target: Option<f64>) {
        self.pace.add(second, target);
        let changed = self.window.replace(second.window) != Some(second.window);
        if changed || (second.t_s + 1).is_multiple_of(EVERY) {
            let status = line(&mut self.pace, second, measured);
            let act = act(second.window);
            self.show(&format!("{:>4} s  {act}: {status}", second.t_s + 1));
        }
    }

    fn draining(&mut self) {
        self.show("schedule over: waiting for messages in flight");
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::*;
    use crate::measure::{self, Recorder, Timing};
    use crate::vocabulary::{Cause, Event, Instant, Observer, Outcome, SlotId, Ticket};

    /// Two messages a second for 12 seconds; each is refused after 100 ms.
    fn observe(recorder: &mut Recorder) {
        let slot = SlotId(0);
        let cause = Cause {
            phase: None,
            code: None,
            enhanced: None,
            failure: None,
            detail: None,
            text: "",
        };
        recorder.on_event(
            Instant::ORIGIN,
            &Event::SessionReady {
                slot,
                began: Instant::ORIGIN,
            },
        );
        for index in 0..24 {
            let intended = Instant::ORIGIN + Duration::from_millis(index * 500);
            let message = Ticket {
                prompt: true,
                ..Ticket::new(index, intended)
            };
            let done = intended + Duration::from_millis(100);
            let outcome = Outcome::Accepted;
            recorder.on_event(intended, &Event::Scheduled { message });
            recorder.on_event(intended, &Event::Started { slot, message });
            recorder.on_event(
                done,
                &Event::Ended {
                    message,
                    outcome,
                    cause,
                },
            );
        }
    }

    #[test]
    fn a_line_every_five_seconds_and_at_each_change() {
        let mut text = Vec::new();
        let mut lines = Lines::new(&mut text);
        (0..=3).for_each(|ready| lines.opening(ready, 3));
        (0..=800).for_each(|ready| lines.opening(ready, 800));
        lines.started();
        let timing = Timing {
            warm_up: Duration::from_secs(2),
            open_model: true,
            recipients: 1,
        };
        let (collector, mut recorders, timeline) = measure::channel(1, timing);
        timeline.begin(Instant::ORIGIN);
        observe(&mut recorders[0]);
        drop(recorders);
        let (_, result) = collector.run(|second, measured| {
            lines.second(second, measured, Some(2.0));
            Ok::<_, Infallible>(())
        });
        assert_eq!(result, Ok(()));
        let expected = "\
opening sessions: 0 of 3
opening sessions: 200 of 800
opening sessions: 400 of 800
opening sessions: 600 of 800
opening sessions: 800 of 800
started
   1 s  warm-up: 2/s of 2/s | 2 accepted | response p50 100.008 p99 100.008 ms | 1 session
   3 s  measuring: 2/s of 2/s | 6 accepted | response p50 100.008 p99 100.008 ms | 1 session
   5 s  measuring: 2/s of 2/s | 10 accepted | response p50 100.008 p99 100.008 ms | 1 session
  10 s  measuring: 2/s of 2/s | 20 accepted | response p50 100.008 p99 100.008 ms | 1 session
";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
