//! Merges what all recorders deliver into complete seconds, in order.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel as queue};

use super::interval::{Delivery, Interval};
use super::measurements::Measurements;
use super::recorder::Recorder;
use super::second::Second;
use super::timeline::{Timeline, Timing};

/// Merges the intervals of all recorders. It runs on its own thread.
pub struct Collector {
    deliveries: Receiver<Delivery>,
    returns: Vec<Sender<Box<Interval>>>,
    /// For each source, the first second that it may still add to.
    reached: Vec<u32>,
    /// Incomplete seconds, from `next` on.
    pending: VecDeque<Second>,
    next: u32,
    spare: Vec<Second>,
    measured: Measurements,
}

/// Recorders for `sources` threads, their collector, and the timeline that they
/// share.
pub fn channel(sources: usize, timing: Timing) -> (Collector, Vec<Recorder>, Timeline) {
    let timeline = Timeline::new(timing);
    let (sender, deliveries) = queue();
    let (returns, recorders) = (0..sources)
        .map(|source| {
            let (give_back, returned) = queue();
            let recorder = Recorder::new(source, timeline.clone(), sender.clone(), returned);
            (give_back, recorder)
        })
        .unzip();
    let collector = Collector {
        deliveries,
        returns,
        reached: vec![0; sources],
        pending: VecDeque::new(),
        next: 0,
        spare: Vec::new(),
        measured: Measurements::new(timeline.clone()),
    };
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
        while let Ok(delivery) = self.deliveries.recv() {
            self.take(delivery);
            while let Some(second) = self.complete() {
                self.measured.add(&second);
                if result.is_ok() {
                    result = on_second(&second, &self.measured);
                }
                self.recycle(second);
            }
        }
        (self.measured, result)
    }

    fn take(&mut self, delivery: Delivery) {
        let Delivery {
            source,
            mut interval,
            reached,
        } = delivery;
        self.pending_second(interval.second).add(&interval);
        self.reached[source] = reached;
        interval.reset();
        // Fails if the recorder was dropped: it needs no buffer.
        let _ = self.returns[source].send(interval);
    }

    /// The accumulator of a second; late intervals go to the oldest incomplete one.
    fn pending_second(&mut self, second: u32) -> &mut Second {
        let at = second.saturating_sub(self.next) as usize;
        while self.pending.len() <= at {
            self.pending.push_back(self.spare.pop().unwrap_or_default());
        }
        &mut self.pending[at]
    }

    /// The next second, if every source is past it.
    fn complete(&mut self) -> Option<Second> {
        let reached = self.reached.iter().copied().min()?;
        if self.next >= reached || (reached == u32::MAX && self.pending.is_empty()) {
            return None;
        }
        let mut second = self
            .pending
            .pop_front()
            .unwrap_or_else(|| self.spare.pop().unwrap_or_default());
        second.t_s = self.next;
        second.window = self.measured.timeline().window_of(self.next);
        let mut counts = *self.measured.counts();
        counts += &second.counts;
        second.gauges = counts.gauges();
        self.next += 1;
        Some(second)
    }

    fn recycle(&mut self, mut second: Second) {
        second.reset();
        self.spare.push(second);
    }
}
