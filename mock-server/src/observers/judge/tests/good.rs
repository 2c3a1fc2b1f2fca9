//! Clients without mistakes: nothing is found.

use super::World;
use crate::protocol::Reply;

#[test]
fn a_client_that_paces_itself_and_keeps_its_connection_gets_no_finding() {
    let mut world = World::new();
    for connection in 0..10 {
        let session = world.opens();
        for n in 0..100 {
            world.sends(session, &format!("{connection}.{n}"), Reply::Accepted);
            world.passes(0.1);
        }
        world.quits(session);
    }
    assert_eq!(world.codes(), Vec::<&str>::new());
    let report = world.report();
    assert_eq!(report.connections.messages.mean, 100.0);
    assert_eq!(
        (report.messages.attempts, report.messages.accepted),
        (1000, 1000)
    );
    assert_eq!(report.rate.busiest_s, 10);
    assert_eq!(report.tls.versions["1.3"], 10);
    assert_eq!((report.tls.full, report.tls.resumed), (10, 0));
}

#[test]
fn a_454_now_and_then_that_is_retried_as_amazon_advises_is_fine() {
    let mut world = World::new();
    let session = world.opens();
    for n in 0..300 {
        world.sends(session, &n.to_string(), Reply::Accepted);
    }
    for n in 300..303 {
        let id = n.to_string();
        for wait in [5.0, 10.0, 30.0] {
            world.sends(session, &id, Reply::Throttled);
            world.passes(wait);
        }
        world.sends(session, &id, Reply::Accepted);
    }
    let report = world.report();
    assert_eq!(report.retries.open, 0);
    assert_eq!((report.retries.grew, report.retries.did_not_grow), (6, 0));
    let waits = &report.retries.waits;
    assert_eq!(
        waits.iter().map(|w| w.spread.mean_s).collect::<Vec<_>>(),
        [5.0, 10.0, 30.0]
    );
    assert_eq!(world.codes(), ["over_rate"], "9 of 312 are more than 1 %");
}

#[test]
fn back_off_with_full_jitter_counts_as_growing() {
    let mut world = World::new();
    let session = world.opens();
    // Uniform between 0 and 2, 4, 8, 16 s, from a list of draws.
    let draws = [0.9, 0.4, 0.7, 0.6, 0.3, 0.8, 0.5, 0.9, 0.6, 0.2, 0.9, 0.7];
    for (message, draws) in draws.chunks(4).enumerate() {
        for (n, draw) in draws.iter().enumerate() {
            world.sends(session, &message.to_string(), Reply::Throttled);
            world.passes(draw * f64::from(2 << n));
        }
        world.sends(session, &message.to_string(), Reply::Accepted);
    }
    assert!(
        !world.report().has("waits_do_not_grow"),
        "{}",
        world.report()
    );
}

#[test]
fn one_message_to_each_of_many_recipients_is_many_messages() {
    let mut world = World::new();
    let session = world.opens();
    for recipient in 0..20 {
        world.sends_to(session, "same", recipient, Reply::Accepted);
    }
    assert_eq!(world.report().messages.accepted_twice, 0);
    assert_eq!(world.codes(), Vec::<&str>::new());
}

#[test]
fn sessions_that_get_the_quota_reply_at_the_same_time_could_not_know() {
    let mut world = World::new();
    let sessions: Vec<u64> = (0..5).map(|_| world.opens_with(true)).collect();
    for session in sessions {
        world.sends(session, &session.to_string(), Reply::QuotaSpent);
        world.quits(session);
    }
    assert_eq!(world.report().retries.after_quota, 0);
    assert!(!world.report().has("sent_after_daily_quota"));
}

#[test]
fn a_client_that_reconnects_after_the_421_is_fine() {
    let mut world = World::new();
    for _ in 0..3 {
        let session = world.opens();
        for n in 0..350 {
            world.sends(session, &format!("{session}.{n}"), Reply::Accepted);
        }
        world.replies(session, Reply::TooManyMessages);
        world.emit(session, crate::protocol::Event::Ended { by_client: false });
    }
    let session = world.opens();
    world.sends(session, "last", Reply::Accepted);
    world.quits(session);
    assert_eq!(world.codes(), Vec::<&str>::new());
    assert_eq!(world.report().connections.without_quit, 0);
}

#[test]
fn connections_that_the_server_closes_need_no_quit() {
    let mut world = World::new();
    for n in 0..6 {
        let session = world.opens_with(true);
        (0..10).for_each(|m| world.sends(session, &format!("{n}.{m}"), Reply::Accepted));
        let by_client = false;
        world.emit(session, crate::protocol::Event::Ended { by_client });
    }
    assert_eq!(world.codes(), Vec::<&str>::new());
    assert_eq!(world.report().connections.without_quit, 0);
}
