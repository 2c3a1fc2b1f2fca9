//! Collects the seconds of a run, and adds them up.

use super::measurements::Measurements;
use super::merger::Merger;
use super::recorder::Recorder;
use super::second::Second;
use super::timeline::{Timeline, Timing};
use crate::vocabulary::Period;

/// Adds up the intervals of all recorders. It runs on its own thread.
pub struct Collector {
    whole: Merger,
    /// One for each part of the window that is measured on its own.
    periods: Vec<Merger>,
    measured: Measurements,
}

/// Recorders for `sources` threads, their collector, and the timeline that they
/// share.
pub fn channel(sources: usize, timing: Timing) -> (Collector, Vec<Recorder>, Timeline) {
    channel_with_periods(sources, timing, &[])
}

/// The same, and `periods` are measured on their own besides: each costs as much again
/// as the whole.
pub(crate) fn channel_with_periods(
    sources: usize,
    timing: Timing,
    periods: &[Period],
) -> (Collector, Vec<Recorder>, Timeline) {
    let timeline = Timeline::new(timing);
    let (whole, mut recorders) = Merger::new(sources, &timeline);
    let mut collector = Collector {
        whole,
        periods: Vec::new(),
        measured: Measurements::new(timeline.clone()),
    };
    for period in periods {
        let (merger, parts) = Merger::new(sources, &timeline.within(*period));
        for (recorder, part) in recorders.iter_mut().zip(parts) {
            recorder.add_period(part);
        }
        collector.periods.push(merger);
        collector.measured.add_period(*period);
    }
    (collector, recorders, timeline)
}

impl Collector {
    /// Collects until every recorder is dropped. It calls `on_second` with each
    /// complete second, in order and without gaps, and with everything measured up
    /// to its end. After an error it does not call it again, but continues to
    /// collect, so that the result is complete in any case.
    pub fn run<E>(
        mut self,
        mut on_second: impl FnMut(&Second, &Measurements) -> Result<(), E>,
    ) -> (Measurements, Result<(), E>) {
        let mut result = Ok(());
        while self.whole.wait() {
            self.add_periods();
            while let Some(mut second) = self.whole.complete() {
                self.complete(&mut second);
                self.measured.add(&second);
                if result.is_ok() {
                    result = on_second(&second, &self.measured);
                }
                self.whole.recycle(second);
            }
        }
        (self.measured, result)
    }

    /// A recorder delivers its periods before its own second: those of the seconds that
    /// are complete are all here.
    fn add_periods(&mut self) {
        for (merger, part) in self.periods.iter_mut().zip(self.measured.periods_mut()) {
            merger.take_delivered();
            while let Some(second) = merger.complete() {
                part.add(&second);
                merger.recycle(second);
            }
        }
    }

    fn complete(&self, second: &mut Second) {
        second.window = self.measured.timeline().window_of(second.t_s);
        let mut counts = *self.measured.counts();
        counts += &second.counts;
        second.gauges = counts.gauges();
    }
}
