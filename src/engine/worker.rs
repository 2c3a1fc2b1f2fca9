//! A worker: one thread, one runtime, its own slots.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet, LocalSet};
use tokio::time::MissedTickBehavior;

use super::Shared;
use super::feed::Feed;
use super::lifecycle::LifecycleReceiver;
use super::observer::EngineObserver;
use super::slot::Slot;
use crate::dispatch::Lifecycle;
use crate::vocabulary::SlotId;

/// How often it passes the time on to its recorder, so that each second's row
/// is written soon after the second, also by an idle worker, and so that a
/// thread that was stalled for longer is detected.
pub(super) const TICK: Duration = Duration::from_millis(20);

/// Runs the slots until all have ended or the run is aborted.
pub(super) fn run(
    slots: impl Iterator<Item = SlotId>,
    shared: &Arc<Shared>,
    observer: &EngineObserver,
    lifecycle: &LifecycleReceiver,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let slots: Vec<SlotId> = slots.collect();
    LocalSet::new().block_on(&runtime, async {
        let mut tasks = JoinSet::new();
        for &id in &slots {
            let mut slot = Slot::new(id, shared.clone(), observer.clone(), lifecycle.clone());
            // By reference: a future that owns its slot would reserve space for
            // it twice.
            tasks.spawn_local(async move { slot.run().await });
        }
        see_through(&mut tasks, shared, observer, lifecycle.clone()).await;
        // Dropped at any point of their work: each ends the message it holds.
        tasks.shutdown().await;
    });
    end_left_behind(&slots, shared, observer);
    Ok(())
}

async fn see_through(
    tasks: &mut JoinSet<()>,
    shared: &Shared,
    observer: &EngineObserver,
    mut lifecycle: LifecycleReceiver,
) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut cut = std::pin::pin!(lifecycle.wait_for(Lifecycle::Aborting));
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
