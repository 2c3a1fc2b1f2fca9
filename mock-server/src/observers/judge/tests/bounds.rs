//! The stored data is bounded, however much clients do.

use super::World;
use crate::protocol::{Event, Reply};

#[test]
fn a_million_messages_of_a_week_make_no_larger_report_than_a_few() {
    let mut world = World::new();
    let session = world.opens();
    for n in 0..1_000_000 {
        world.sends(session, &n.to_string(), Reply::Throttled);
        world.passes(0.6);
    }
    let report = world.report();
    assert_eq!(report.messages.throttled, 1_000_000);
    assert_eq!(report.messages.forgotten, 1_000_000 - 16_384);
    assert!(report.rate.slices.len() <= 600);
    assert_eq!(
        report.rate.slices.iter().map(|s| s.throttled).sum::<u64>(),
        1_000_000
    );
    assert_eq!(report.retries.open, 1_000_000);
    assert!(serde_json::to_string(&report).unwrap().len() < 100_000);
    assert!(report.to_string().len() < 10_000);
}

#[test]
fn sessions_that_have_ended_leave_nothing_behind() {
    let mut world = World::new();
    for _ in 0..100_000 {
        let session = world.opens();
        world.emit(session, Event::Ended { by_client: true });
        // Later events of the same session.
        world.sends(session, "", Reply::Accepted);
        world.replies(session, Reply::NeedMail);
        world.emit(session, Event::Ended { by_client: true });
    }
    assert!(format!("{:?}", world.judge).len() < 10_000);
    let connections = world.report().connections;
    assert_eq!((connections.opened, connections.ended), (100_000, 100_000));
    assert_eq!(connections.most_open, 1);
}
