//! Messages and slots that find each other.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn ticket(index: u64) -> Ticket {
    Ticket::new(index, Instant::from_nanos(index))
}

const NOW: Instant = Instant::from_nanos(1_000);

#[test]
fn a_message_that_finds_a_free_slot_is_prompt() {
    let mut dispatcher = Dispatcher::new(2, None);
    assert_eq!(dispatcher.freed(SlotId(1), NOW), Dispatch::Wait);
    let (slot, given) = dispatcher.release(ticket(0), NOW).unwrap();
    assert_eq!(slot, SlotId(1));
    assert!(given.prompt);
}

#[test]
fn a_message_that_waited_is_not_prompt() {
    let mut dispatcher = Dispatcher::new(1, None);
    assert_eq!(dispatcher.release(ticket(0), NOW), None);
    let Dispatch::Take(taken) = dispatcher.freed(SlotId(0), NOW) else {
        panic!("a message waits");
    };
    assert_eq!((taken.index, taken.prompt), (0, false));
}

/// Five messages are released together, the first 5 ms late; each of the
/// two slots takes 3 ms.
#[test]
fn messages_queued_behind_a_late_release_inherit_its_delay_and_others_do_not() {
    let at = |micros: u64| Instant::ORIGIN + Duration::from_micros(micros);
    let due = |index: u64| Ticket::new(index, at(index * 1_000));
    let millis = |ticket: Ticket| ticket.delayed / 1_000_000;
    let mut dispatcher = Dispatcher::new(2, None);
    for slot in 0..2 {
        assert_eq!(dispatcher.freed(SlotId(slot), at(0)), Dispatch::Wait);
    }
    let late: Vec<_> = (0..5)
        .map(|index| dispatcher.release(due(index), at(5_000)))
        .collect();
    let prompt: Vec<_> = late.into_iter().flatten().collect();
    let told: Vec<_> = prompt
        .iter()
        .map(|(_, each)| (each.prompt, millis(*each)))
        .collect();
    assert_eq!(told, [(true, 5), (true, 4)]);
    // On time, and behind the late ones.
    assert_eq!(dispatcher.release(due(6), at(6_000)), None);
    let mut waited = Vec::new();
    for (round, slot) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let freed = dispatcher.freed(SlotId(slot), at(8_000 + round * 3_000));
        if let Dispatch::Take(ticket) = freed {
            waited.push((ticket.index, millis(ticket)));
        }
    }
    assert_eq!(waited, [(2, 5), (3, 5), (4, 5), (6, 5)]);
    // No message waits: the slot that is still marked affects only messages
    // that wait.
    assert_eq!(dispatcher.freed(SlotId(0), at(14_000)), Dispatch::Wait);
    let (_, next) = dispatcher.release(due(14), at(14_000)).unwrap();
    assert_eq!(millis(next), 0);
    assert_eq!(dispatcher.freed(SlotId(1), at(14_000)), Dispatch::Wait);
    let (_, next) = dispatcher.release(due(14), at(14_000)).unwrap();
    assert_eq!(millis(next), 0);
    // No message in progress is delayed any more.
    assert_eq!(dispatcher.release(due(14), at(14_000)), None);
    let Dispatch::Take(clean) = dispatcher.freed(SlotId(0), at(15_000)) else {
        panic!("a message waits");
    };
    assert_eq!(millis(clean), 0);
}

#[test]
fn a_message_that_waits_for_a_stalled_thread_inherits_the_stall() {
    let at = |millis: u64| Instant::ORIGIN + Duration::from_millis(millis);
    let mut dispatcher = Dispatcher::new(2, None);
    for slot in 0..2 {
        assert_eq!(dispatcher.freed(SlotId(slot), at(0)), Dispatch::Wait);
    }
    assert!(dispatcher.release(Ticket::new(0, at(0)), at(0)).is_some());
    let all = || (0..2).map(SlotId);
    dispatcher.stalled(all(), Duration::from_millis(300));
    let (second, prompt) = dispatcher
        .release(Ticket::new(1, at(300)), at(300))
        .unwrap();
    assert_eq!((second, prompt.delayed), (SlotId(1), 0));
    assert_eq!(dispatcher.release(Ticket::new(2, at(301)), at(301)), None);
    let Dispatch::Take(third) = dispatcher.freed(SlotId(0), at(302)) else {
        panic!("a message waits");
    };
    assert_eq!(third.delayed, 300_000_000);
}

#[test]
fn a_withdrawn_slot_gets_no_message_until_it_is_free_again() {
    let mut dispatcher = Dispatcher::new(1, None);
    assert_eq!(dispatcher.freed(SlotId(0), NOW), Dispatch::Wait);
    assert!(dispatcher.withdraw(SlotId(0)));
    assert!(!dispatcher.withdraw(SlotId(0)));
    assert_eq!(dispatcher.release(ticket(0), NOW), None);
    assert!(matches!(
        dispatcher.freed(SlotId(0), NOW),
        Dispatch::Take(_)
    ));
}

#[test]
fn a_message_given_back_goes_first() {
    let mut dispatcher = Dispatcher::new(1, None);
    assert_eq!(dispatcher.release(ticket(7), NOW), None);
    assert_eq!(dispatcher.give_back(ticket(3), NOW), None);
    assert!(matches!(
        dispatcher.freed(SlotId(0), NOW),
        Dispatch::Take(Ticket { index: 3, .. })
    ));
}

#[test]
fn closing_ends_free_slots_and_later_freed_ones() {
    let mut dispatcher = Dispatcher::new(2, None);
    assert_eq!(dispatcher.freed(SlotId(0), NOW), Dispatch::Wait);
    assert_eq!(dispatcher.close(), [SlotId(0)]);
    assert_eq!(dispatcher.freed(SlotId(1), NOW), Dispatch::Quit);
}

#[test]
fn a_backlog_after_a_stall_starts_at_the_rate_of_the_limiter() {
    let gap = Duration::from_millis(100);
    let mut dispatcher = Dispatcher::new(3, Some(Limiter::new(gap)));
    for index in 0..6 {
        assert_eq!(dispatcher.release(ticket(index), NOW), None);
    }
    let Dispatch::Take(first) = dispatcher.freed(SlotId(0), NOW) else {
        panic!("the gate is open");
    };
    let mut seen = vec![(first.index, Duration::ZERO)];
    for slot in 0..3 {
        assert_eq!(dispatcher.freed(SlotId(slot), NOW), Dispatch::Wait);
    }
    while let Some(opens) = dispatcher.opens() {
        let early = opens - Duration::from_nanos(1);
        assert_eq!(dispatcher.next(early), None);
        let (slot, given) = dispatcher.next(opens).unwrap();
        seen.push((given.index, opens.since(NOW)));
        assert_eq!(dispatcher.freed(slot, opens), Dispatch::Wait);
    }
    // The second is early by the limiter's tolerance.
    let expected = [0, 80, 180, 280, 380, 480].map(Duration::from_millis);
    let expected: Vec<_> = (0..6).zip(expected).collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_slot_that_dies_while_the_limiter_holds_messages_uses_no_attempt() {
    let mut dispatcher = Dispatcher::new(2, Some(Limiter::new(Duration::from_secs(1))));
    assert_eq!(dispatcher.freed(SlotId(0), NOW), Dispatch::Wait);
    assert!(dispatcher.release(ticket(0), NOW).is_some());
    let opens = NOW + Duration::from_millis(980);
    for _ in 0..100 {
        assert_eq!(dispatcher.freed(SlotId(1), NOW), Dispatch::Wait);
        let _ = dispatcher.release(ticket(1), NOW);
        assert!(dispatcher.withdraw(SlotId(1)));
    }
    assert_eq!(dispatcher.freed(SlotId(1), NOW), Dispatch::Wait);
    assert_eq!(dispatcher.opens(), Some(opens));
}

#[test]
fn a_message_held_by_the_limiter_is_held_and_not_prompt() {
    let mut dispatcher = Dispatcher::new(2, Some(Limiter::new(Duration::from_secs(1))));
    for slot in 0..2 {
        assert_eq!(dispatcher.freed(SlotId(slot), NOW), Dispatch::Wait);
    }
    let (_, first) = dispatcher.release(ticket(0), NOW).unwrap();
    assert_eq!((first.prompt, first.held), (true, false));
    assert_eq!(dispatcher.release(ticket(1), NOW), None);
    let (_, second) = dispatcher.next(dispatcher.opens().unwrap()).unwrap();
    assert_eq!((second.prompt, second.held), (false, true));
    assert_eq!(dispatcher.release(ticket(2), NOW), None);
    let third = dispatcher.take_waiting()[0];
    assert!(!third.held, "no slot was free");
}

proptest! {
    /// Whatever happens in whatever order: no message is lost or doubled,
    /// and none waits beside a free slot.
    #[test]
    fn it_is_work_conserving(steps in prop::collection::vec((0_u8..4, 0_u32..5), 0..300)) {
        let mut dispatcher = Dispatcher::new(5, None);
        let mut busy: Vec<Option<u64>> = vec![None; 5];
        let mut free = BTreeSet::new();
        let mut released = 0;
        let mut seen = BTreeSet::new();
        for (step, slot) in steps {
            let slot = SlotId(slot);
            match step {
                0 => {
                    if let Some((slot, given)) = dispatcher.release(ticket(released), NOW) {
                        prop_assert!(free.remove(&slot));
                        busy[slot.0 as usize] = Some(given.index);
                    }
                    released += 1;
                }
                1 if !free.contains(&slot) => {
                    seen.extend(busy[slot.0 as usize].take());
                    match dispatcher.freed(slot, NOW) {
                        Dispatch::Take(given) => busy[slot.0 as usize] = Some(given.index),
                        _ => prop_assert!(free.insert(slot)),
                    }
                }
                2 => prop_assert_eq!(dispatcher.withdraw(slot), free.remove(&slot)),
                3 => if let Some(index) = busy[slot.0 as usize].take()
                    && let Some((slot, given)) = dispatcher.give_back(ticket(index), NOW) {
                        prop_assert!(free.remove(&slot));
                        busy[slot.0 as usize] = Some(given.index);
                }
                _ => {}
            }
            prop_assert!(dispatcher.waiting.is_empty() || free.is_empty());
        }
        let waiting = dispatcher.take_waiting().into_iter().map(|ticket| ticket.index);
        let mut all: Vec<u64> = waiting.chain(busy.into_iter().flatten()).chain(seen).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..released).collect::<Vec<_>>());
    }
}
