//! A worker: one thread, one runtime, its own slots.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet, LocalSet};
use tokio::time::MissedTickBehavior;

use super::Shared;
use super::feed::Feed;
use super::observer::EngineObserver;
use super::slot::Slot;
use crate::dispatch::Lifecycle;
use crate::measure::{Recorder, Trace};
use crate::vocabulary::{SlotId, StopReason};

/// How often it passes the time on to its recorder, so that each second's row
/// is written soon after the second, also by an idle worker, and so that a
/// thread that was stalled for longer is detected.
const TICK: Duration = Duration::from_millis(20);

/// What a worker's thread owns.
pub(super) struct Worker {
    pub(super) number: usize,
    pub(super) of: usize,
    pub(super) shared: Arc<Shared>,
    pub(super) recorder: Recorder,
    pub(super) trace: Option<Trace>,
}

impl Worker {
    /// Opens sessions and sends messages until the run is over.
    pub(super) fn run(self) -> io::Result<()> {
        let mut observer = EngineObserver::new(self.recorder, self.trace, &self.shared);
        let all = 0..self.shared.run.load.sessions.get();
        // Slots are dealt out in rotation, so that every worker has its share
        // of any number.
        let slots = all.map(SlotId).skip(self.number).step_by(self.of);
        let (shared, held_up) = (self.shared.clone(), slots.clone());
        observer.expect_ticks(TICK, move |stall| {
            if let Feed::Open(feed) = &shared.feed {
                feed.stalled(held_up.clone(), stall);
            }
        });
        let run = run_slots(slots, &self.shared, &observer);
        if run.is_err() {
            self.shared.state.stop().request(StopReason::WorkerLost);
        }
        run
    }
}

/// Runs the slots until all have ended or the run is aborted.
fn run_slots(
    slots: impl Iterator<Item = SlotId>,
    shared: &Arc<Shared>,
    observer: &EngineObserver,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let slots: Vec<SlotId> = slots.collect();
    LocalSet::new().block_on(&runtime, async {
        let mut tasks = JoinSet::new();
        for &id in &slots {
            let mut slot = Slot::new(id, shared.clone(), observer.clone());
            // By reference: a future that owns its slot would reserve space for
            // it twice.
            tasks.spawn_local(async move { slot.run().await });
        }
        see_through(&mut tasks, shared, observer).await;
        // Dropped at any point of their work: each ends the message it holds.
        tasks.shutdown().await;
    });
    end_left_behind(&slots, shared, observer);
    Ok(())
}

async fn see_through(tasks: &mut JoinSet<()>, shared: &Shared, observer: &EngineObserver) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut cut = std::pin::pin!(shared.state.wait_for(Lifecycle::Aborting));
    loop {
        tokio::select! {
            biased;
            () = &mut cut => return,
            _ = tick.tick() => observer.tick(shared.run.clock.now()),
            joined = tasks.join_next() => match joined {
                None => return,
                Some(Err(error)) => pass_on(error),
                Some(Ok(())) => {}
            },
        }
    }
}

/// A slot that panicked is a defect: it ends the run instead of distorting it.
fn pass_on(error: JoinError) {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
}

/// Ends messages that were posted to slots which were aborted before they took
/// them.
fn end_left_behind(slots: &[SlotId], shared: &Shared, observer: &EngineObserver) {
    let Feed::Open(feed) = &shared.feed else {
        return;
    };
    let left = slots.iter().filter_map(|&slot| feed.left_in(slot));
    for ticket in left {
        observer.clone().left_over(ticket, shared.run.clock.now());
    }
}
