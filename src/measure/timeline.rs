//! Start and end of the schedule, shared by all threads.
//!
//! Sessions are opened before the clock starts, so recorders exist before the start
//! is known; and Ctrl-C ends the schedule early. Each time is set once, and read by
//! all recorders.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::vocabulary::{Instant, Period};

/// What is known before a run starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Messages intended within this time after the start do not belong to the window.
    pub warm_up: Duration,
    /// Whether the schedule decides when a message starts. If not (the closed
    /// model), wait, response and slip stay empty, because they would mislead.
    pub open_model: bool,
    /// Recipients of each message: the number of RCPT values of a completed one.
    pub recipients: u32,
}

/// Start and end of the schedule; clones share them.
#[derive(Clone, Debug)]
pub struct Timeline {
    timing: Timing,
    /// The part of the window that is measured; none: all of it.
    period: Option<Period>,
    moments: Arc<Moments>,
}

/// Nanoseconds since the origin; [`Instant::NEVER`] until set.
#[derive(Debug)]
struct Moments {
    start: AtomicU64,
    schedule_end: AtomicU64,
}

/// The part of a run that a second belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Sent, but not measured.
    Warmup,
    /// The measured window.
    Measure,
    /// The schedule has ended; messages in flight may finish.
    Drain,
}

impl Window {
    /// Every part, in order.
    pub const ALL: &[Self] = &[Self::Warmup, Self::Measure, Self::Drain];

    /// Name in `intervals.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warmup => "warmup",
            Self::Measure => "measure",
            Self::Drain => "drain",
        }
    }
}

impl Timeline {
    pub(crate) fn new(timing: Timing) -> Self {
        let never = || AtomicU64::new(Instant::NEVER.nanos());
        Self {
            timing,
            period: None,
            moments: Arc::new(Moments {
                start: never(),
                schedule_end: never(),
            }),
        }
    }

    /// The same clock, with a window that is limited to a part of the schedule.
    pub(super) fn within(&self, period: Period) -> Self {
        Self {
            period: Some(period),
            ..self.clone()
        }
    }

    /// Starts the clock: second 0 begins at `start`. To be called once, before the
    /// first message is scheduled.
    pub fn begin(&self, start: Instant) {
        self.moments.start.store(start.nanos(), Ordering::Release);
    }

    /// Sets the end of the schedule, in advance or when it ends. Of several times the
    /// earliest applies, so that an interrupt can only shorten it.
    pub fn schedule_ends(&self, at: Instant) {
        self.moments
            .schedule_end
            .fetch_min(at.nanos(), Ordering::AcqRel);
    }

    /// When the clock started; none before that.
    pub fn start(&self) -> Option<Instant> {
        let start = Instant::from_nanos(self.moments.start.load(Ordering::Acquire));
        (start != Instant::NEVER).then_some(start)
    }

    /// When the measured window begins; [`Instant::NEVER`] while that is unknown.
    pub fn window_opens(&self) -> Instant {
        let from = self.period.and_then(|period| period.from);
        let after = from.map_or(self.timing.warm_up, |from| from.max(self.timing.warm_up));
        let opens = self.start().map(|start| start + after);
        opens.unwrap_or(Instant::NEVER)
    }

    /// When the last messages of the window are intended, where that is earlier than
    /// the end of the schedule; [`Instant::NEVER`] if it is not, or unknown.
    pub(super) fn last_intended(&self) -> Instant {
        let to = self.period.and_then(|period| period.to);
        let ends = to.and_then(|to| Some(self.start()? + to));
        ends.unwrap_or(Instant::NEVER)
    }

    /// When the measured window ends; [`Instant::NEVER`] while that is unknown.
    pub(super) fn window_closes(&self) -> Instant {
        match self.period {
            None => self.schedule_end(),
            Some(_) => self.schedule_end().min(self.last_intended()),
        }
    }

    /// When the schedule ends; [`Instant::NEVER`] while that is unknown.
    pub fn schedule_end(&self) -> Instant {
        Instant::from_nanos(self.moments.schedule_end.load(Ordering::Acquire))
    }

    /// What was known before the run started.
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// The part of the run in which a second begins.
    pub(super) fn window_of(&self, second: u32) -> Window {
        let Some(start) = self.start() else {
            return Window::Warmup;
        };
        let begins = start + Duration::from_secs(second.into());
        if begins >= self.schedule_end() {
            Window::Drain
        } else if begins < self.window_opens() {
            Window::Warmup
        } else {
            Window::Measure
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(warm_up: u64) -> Timeline {
        Timeline::new(Timing {
            warm_up: Duration::from_secs(warm_up),
            open_model: true,
            recipients: 1,
        })
    }

    fn second(seconds: u64) -> Instant {
        Instant::ORIGIN + Duration::from_secs(seconds)
    }

    #[test]
    fn nothing_is_known_until_it_is_told() {
        let timeline = timeline(0);
        assert_eq!(timeline.start(), None);
        assert_eq!(timeline.window_opens(), Instant::NEVER);
        assert_eq!(timeline.schedule_end(), Instant::NEVER);
    }

    #[test]
    fn a_second_belongs_to_the_part_it_begins_in() {
        let timeline = timeline(2);
        timeline.begin(second(100));
        timeline.schedule_ends(second(104));
        let parts: Vec<_> = (0..5).map(|s| timeline.window_of(s).name()).collect();
        assert_eq!(parts, ["warmup", "warmup", "measure", "measure", "drain"]);
    }

    #[test]
    fn an_interrupt_only_shortens_the_schedule() {
        let timeline = timeline(0);
        timeline.schedule_ends(second(10));
        timeline.schedule_ends(second(3));
        timeline.schedule_ends(second(30));
        assert_eq!(timeline.schedule_end(), second(3));
    }

    #[test]
    fn a_period_narrows_the_window_and_shares_the_clock() {
        let whole = timeline(5);
        let period = |from: Option<u64>, to: Option<u64>| {
            let seconds = |time: Option<u64>| time.map(Duration::from_secs);
            whole.within(Period {
                from: seconds(from),
                to: seconds(to),
            })
        };
        let (middle, first, last) = (
            period(Some(10), Some(20)),
            period(None, Some(10)),
            period(Some(20), None),
        );
        assert_eq!(middle.window_closes(), Instant::NEVER);
        whole.begin(second(100));
        whole.schedule_ends(second(125));
        let ends = |part: &Timeline| (part.window_opens(), part.window_closes());
        assert_eq!(ends(&first), (second(105), second(110)));
        assert_eq!(ends(&middle), (second(110), second(120)));
        assert_eq!(ends(&last), (second(120), second(125)));
        whole.schedule_ends(second(115));
        assert_eq!(ends(&middle), (second(110), second(115)));
    }
}
