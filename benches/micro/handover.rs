//! Handing a message to a slot, with slots to spare and with none.

use criterion::{Criterion, criterion_group};
use sesbench::engine::handover::{Freed, Handover};
use sesbench::vocabulary::{Instant, SlotId, Ticket};

criterion_group!(benches, free_slot, backlog);

const SLOTS: u32 = 100;
const BACKLOG: u64 = 10_000;

/// A release takes the slot that has been free longest; then it is free again.
fn free_slot(criterion: &mut Criterion) {
    criterion.bench_function("handover/free slot", |bencher| {
        let mut handover = Handover::new(SLOTS as usize);
        for slot in 0..SLOTS {
            assert_eq!(handover.freed(SlotId(slot)), Freed::Wait);
        }
        let mut index = 0;
        bencher.iter(|| {
            index += 1;
            let (slot, _) = handover.release(ticket(index)).expect("a slot is free");
            handover.freed(slot)
        });
    });
}

/// A release joins the queue; a slot takes the first of it.
fn backlog(criterion: &mut Criterion) {
    criterion.bench_function("handover/backlog", |bencher| {
        let mut handover = Handover::new(SLOTS as usize);
        for index in 0..BACKLOG {
            assert_eq!(handover.release(ticket(index)), None);
        }
        let mut index = BACKLOG;
        bencher.iter(|| {
            index += 1;
            let given = handover.release(ticket(index));
            (given, handover.freed(SlotId(0)))
        });
    });
}

fn ticket(index: u64) -> Ticket {
    Ticket {
        index,
        intended: Instant::from_nanos(index),
        attempt: 1,
        prompt: false,
    }
}
