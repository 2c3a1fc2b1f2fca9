//! The end of the line for every recorder: whole seconds, in order.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel as queue};

use super::interval::{Delivery, Interval};
use super::measurements::Measurements;
use super::recorder::Recorder;
use super::second::Second;
use super::timeline::{Timeline, Timing};

/// Puts together what the recorders deliver. It runs on a thread of its own.
pub struct Collector {
    deliveries: Receiver<Delivery>,
    returns: Vec<Sender<Box<Interval>>>,
    /// The first second each source may still add to.
    reached: Vec<u32>,
    /// Seconds not complete yet, from `next` on.
    pending: VecDeque<Second>,
    next: u32,
    spare: Vec<Second>,
    measured: Measurements,
}

/// Recorders for `sources` threads, the collector of what they deliver, and
/// the timeline they all read.
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
    /// Collects until every recorder is gone. `on_second` is called with each
    /// complete second, in order and without gaps, and with everything up to
    /// its end. After its first error it is not called again, but the
    /// collecting goes on: the end result is whole in any case.
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
        // A recorder that is gone needs no memory back.
        let _ = self.returns[source].send(interval);
    }

    /// The accumulator of one second; a late-comer goes to the oldest one open.
    fn pending_second(&mut self, second: u32) -> &mut Second {
        let at = second.saturating_sub(self.next) as usize;
        while self.pending.len() <= at {
            self.pending.push_back(self.spare.pop().unwrap_or_default());
        }
        &mut self.pending[at]
    }

    /// The next second, if every source has gone beyond it.
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
