//! Handing a message to a slot, with free slots and with none.

use criterion::{Criterion, criterion_group};
use sesbench::testing::{Dispatch, Dispatcher};
use sesbench::testing::{Instant, SlotId, Ticket};

criterion_group!(benches, free_slot, backlog);

const SLOTS: u32 = 100;
const BACKLOG: u64 = 10_000;
const NOW: Instant = Instant::ORIGIN;

/// A release takes the slot that has been free longest; then it is freed again.
fn free_slot(criterion: &mut Criterion) {
    criterion.bench_function("handover/free slot", |bencher| {
        let mut dispatcher = Dispatcher::new(SLOTS as usize, None);
        for slot in 0..SLOTS {
            assert_eq!(dispatcher.freed(SlotId(slot), NOW), Dispatch::Wait);
        }
        let mut index = 0;
        bencher.iter(|| {
            index += 1;
            let (slot, _) = dispatcher
                .release(ticket(index), NOW)
                .expect("a slot is free");
            dispatcher.freed(slot, NOW)
        });
    });
}

/// A release is added to the queue; a slot takes the first message of it.
fn backlog(criterion: &mut Criterion) {
    criterion.bench_function("handover/backlog", |bencher| {
        let mut dispatcher = Dispatcher::new(SLOTS as usize, None);
        for index in 0..BACKLOG {
            assert_eq!(dispatcher.release(ticket(index), NOW), None);
        }
        let mut index = BACKLOG;
        bencher.iter(|| {
            index += 1;
            let given = dispatcher.release(ticket(index), NOW);
            (given, dispatcher.freed(SlotId(0), NOW))
        });
    });
}

fn ticket(index: u64) -> Ticket {
    Ticket::new(index, Instant::from_nanos(index))
}
