//! Merges what the recorders of all threads deliver into complete seconds, in order.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel as queue};

use super::interval::{Delivery, Interval};
use super::recorder::Recorder;
use super::second::Second;
use super::timeline::Timeline;

/// Merges the intervals of one recorder a thread.
pub(super) struct Merger {
    deliveries: Receiver<Delivery>,
    returns: Vec<Sender<Box<Interval>>>,
    /// For each source, the first second that it may still add to.
    reached: Vec<u32>,
    /// Incomplete seconds, from `next` on.
    pending: VecDeque<Second>,
    next: u32,
    spare: Vec<Second>,
}

impl Merger {
    /// Recorders for `sources` threads, and what merges their intervals.
    pub(super) fn new(sources: usize, timeline: &Timeline) -> (Self, Vec<Recorder>) {
        let (sender, deliveries) = queue();
        let (returns, recorders) = (0..sources)
            .map(|source| {
                let (give_back, returned) = queue();
                let recorder = Recorder::new(source, timeline.clone(), sender.clone(), returned);
                (give_back, recorder)
            })
            .unzip();
        let merger = Self {
            deliveries,
            returns,
            reached: vec![0; sources],
            pending: VecDeque::new(),
            next: 0,
            spare: Vec::new(),
        };
        (merger, recorders)
    }

    /// Waits for an interval; false when every recorder is dropped.
    pub(super) fn wait(&mut self) -> bool {
        let delivery = self.deliveries.recv().ok();
        let is_one = delivery.is_some();
        delivery.into_iter().for_each(|each| self.take(each));
        is_one
    }

    /// Takes what has been delivered so far.
    pub(super) fn take_delivered(&mut self) {
        while let Ok(delivery) = self.deliveries.try_recv() {
            self.take(delivery);
        }
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
    pub(super) fn complete(&mut self) -> Option<Second> {
        let reached = self.reached.iter().copied().min()?;
        if self.next >= reached || (reached == u32::MAX && self.pending.is_empty()) {
            return None;
        }
        let mut second = self
            .pending
            .pop_front()
            .unwrap_or_else(|| self.spare.pop().unwrap_or_default());
        second.t_s = self.next;
        self.next += 1;
        Some(second)
    }

    /// Takes back the memory of a second.
    pub(super) fn recycle(&mut self, mut second: Second) {
        second.reset();
        self.spare.push(second);
    }
}
