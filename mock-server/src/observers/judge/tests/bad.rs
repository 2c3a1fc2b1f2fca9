//! Clients with one mistake each: exactly that mistake is found.

use super::World;
use crate::protocol::{Event, LoginFailure, Reply};

#[test]
fn a_454_that_is_counted_as_a_bounce_is_found() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "lost", Reply::Throttled);
    (0..200).for_each(|n| world.sends(session, &n.to_string(), Reply::Accepted));
    world.passes(61.0);
    world.sends(session, "later", Reply::Throttled);
    world.quits(session);
    assert_eq!(world.codes(), ["gave_up"]);
    let retries = world.report().retries;
    assert_eq!((retries.open, retries.open_for_a_minute), (2, 1));
}

#[test]
fn a_resend_after_a_lost_reply_is_a_message_delivered_twice() {
    let mut world = World::new();
    let session = world.opens();
    world.sends_unheard(session, "m");
    world.emit(session, Event::Ended { by_client: true });
    assert_eq!(world.report().messages.undelivered, 1);
    assert_eq!(
        world.codes(),
        Vec::<&str>::new(),
        "a lost reply alone is not the client's mistake"
    );
    let session = world.opens();
    world.sends(session, "m", Reply::Accepted);
    world.quits(session);
    assert_eq!(world.codes(), ["resent_after_lost_reply"]);
}

#[test]
fn a_message_sent_twice_for_no_reason_is_found() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "m", Reply::Accepted);
    world.sends(session, "m", Reply::Accepted);
    assert_eq!(world.codes(), ["accepted_twice"]);
}

#[test]
fn a_5xx_that_is_retried_is_found() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "m", Reply::NotVerified);
    world.passes(5.0);
    world.sends(session, "m", Reply::NotVerified);
    assert_eq!(world.codes(), ["resent_after_rejection", "rejected"]);
}

#[test]
fn a_retry_storm_is_found_with_all_its_marks() {
    let mut world = World::new();
    let session = world.opens();
    for _ in 0..20 {
        world.sends(session, "m", Reply::Throttled);
        world.passes(0.1);
    }
    world.sends(session, "m", Reply::Accepted);
    let marks = [
        "retry_storm",
        "over_rate",
        "retried_at_once",
        "waits_do_not_grow",
    ];
    assert_eq!(world.codes(), marks);
    let retries = world.report().retries;
    assert_eq!((retries.storms, retries.most_tries), (1, 21));
    assert_eq!(retries.at_once, 20);
}

#[test]
fn a_client_that_treats_the_daily_quota_like_the_rate_is_found() {
    let mut world = World::new();
    let session = world.opens();
    for wait in [5.0, 10.0, 30.0] {
        world.sends(session, "m", Reply::QuotaSpent);
        world.passes(wait);
    }
    assert_eq!(
        world.codes(),
        ["sent_after_daily_quota", "daily_quota_retried_like_rate"]
    );
    assert_eq!(world.report().retries.after_quota, 2);
}

#[test]
fn a_queue_that_keeps_sending_over_the_daily_quota_is_found() {
    let mut world = World::new();
    for n in 0..5 {
        let session = world.opens_with(true);
        world.sends(session, &n.to_string(), Reply::QuotaSpent);
        world.sends(session, &format!("{n}b"), Reply::QuotaSpent);
        world.quits(session);
        world.passes(2.0);
    }
    assert_eq!(world.codes(), ["sent_after_daily_quota"]);
    // All except the first.
    assert_eq!(world.report().retries.after_quota, 9);
}

#[test]
fn one_connection_for_each_message_is_found() {
    let mut world = World::new();
    for n in 0..20 {
        let session = world.opens();
        world.sends(session, &n.to_string(), Reply::Accepted);
        world.quits(session);
    }
    assert_eq!(
        world.codes(),
        ["one_message_per_connection", "no_resumption"]
    );
}

#[test]
fn a_connection_for_ever_is_found() {
    let mut world = World::new();
    let session = world.opens();
    (0..1000).for_each(|n| world.sends(session, &n.to_string(), Reply::Accepted));
    assert_eq!(world.codes(), ["very_long_connections"]);
    assert_eq!(world.report().connections.messages.connections["1000+"], 1);
}

#[test]
fn a_client_that_stops_at_the_421_is_found() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "m", Reply::Accepted);
    world.replies(session, Reply::TooManyMessages);
    world.emit(session, Event::Ended { by_client: false });
    assert_eq!(world.codes(), ["message_limit_ignored"]);
    assert!(!world.report().connections.went_on_after_message_limit);
    let session = world.opens();
    assert!(world.report().connections.went_on_after_message_limit);
    world.sends(session, "m", Reply::Accepted);
    assert!(world.report().connections.went_on_after_message_limit);
}

#[test]
fn without_a_message_limit_no_client_continued_after_one() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "m", Reply::Accepted);
    assert_eq!(world.report().connections.message_limit, 0);
    assert!(!world.report().connections.went_on_after_message_limit);
}

#[test]
fn connections_that_end_without_quit_are_found() {
    let mut world = World::new();
    for n in 0..6 {
        let session = world.opens_with(true);
        (0..10).for_each(|m| world.sends(session, &format!("{n}.{m}"), Reply::Accepted));
        world.emit(session, Event::Ended { by_client: true });
    }
    assert_eq!(world.codes(), ["without_quit"]);
}

#[test]
fn speaking_after_the_idle_time_out_is_found() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "m", Reply::Accepted);
    world.replies(session, Reply::IdleTimeout);
    world.emit(session, Event::SpokeAfterTimeout);
    world.emit(session, Event::Ended { by_client: false });
    assert_eq!(world.codes(), ["spoke_after_timeout"]);
    assert_eq!(world.report().connections.timed_out, 1);
}

#[test]
fn each_refused_command_is_found_by_what_it_says_of_the_client() {
    for (reply, code) in [
        (Reply::SenderSpecified, "half_finished_transaction"),
        (Reply::NotCrLf, "bare_line_feed"),
        (Reply::TlsRequired, "no_tls"),
        (Reply::AuthRequired, "no_login"),
        (Reply::NeedMail, "out_of_order"),
        (Reply::InvalidRecipient, "bad_address"),
        (Reply::LineTooLong, "line_too_long"),
        (Reply::UnknownCommand, "not_understood"),
        (Reply::TooManyConnections, "too_many_connections"),
    ] {
        let mut world = World::new();
        let session = world.opens();
        world.replies(session, reply);
        assert_eq!(world.codes(), [code]);
    }
}

#[test]
fn each_cause_of_a_failed_login_has_its_own_advice() {
    for (cause, code) in [
        (LoginFailure::UnknownUser, "login_unknown_user"),
        (LoginFailure::SecretAsPassword, "login_secret_as_password"),
        (LoginFailure::OtherRegion("eu-west-1"), "login_other_region"),
        (LoginFailure::OtherVersion, "login_other_version"),
        (LoginFailure::WrongPassword, "login_wrong_password"),
        (LoginFailure::NotSubscribed, "login_not_subscribed"),
    ] {
        let mut world = World::new();
        let session = world.opens();
        world.emit(session, Event::LoginFailed(cause));
        assert_eq!(world.codes(), [code]);
    }
}

#[test]
fn a_password_in_plaintext_comes_first() {
    let mut world = World::new();
    let session = world.opens();
    world.emit(session, Event::PlaintextCredentials);
    world.replies(session, Reply::TlsRequired);
    world.replies(session, Reply::UnknownCommand);
    assert_eq!(
        world.codes(),
        ["plaintext_credentials", "no_tls", "not_understood"]
    );
}

#[test]
fn a_reset_discards_what_was_found() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "m", Reply::Throttled);
    world.replies(session, Reply::SenderSpecified);
    world.judge.reset(world.now);
    assert_eq!(world.codes(), Vec::<&str>::new());
    world.passes(1.0);
    world.sends(session, "n", Reply::Accepted);
    let report = world.report();
    assert_eq!((report.seconds, report.messages.attempts), (1.0, 1));
    assert_eq!(report.connections.messages.most, 1);
    assert_eq!(report.retries.pause_on_connection, None);
}

#[test]
fn a_4xx_of_a_fault_that_is_never_retried_is_found_and_a_lost_one_is_not() {
    let mut world = World::new();
    let session = world.opens();
    world.sends_in_vain(session, "put off", Some(b'4'));
    world.sends_in_vain(session, "stalled", None);
    assert_eq!(world.codes(), ["gave_up"]);
    let report = world.report();
    assert_eq!((report.retries.open, report.messages.temporary), (1, 1));
    assert_eq!(report.messages.attempts, 2);
    world.passes(5.0);
    world.sends(session, "put off", Reply::Accepted);
    world.sends(session, "stalled", Reply::Accepted);
    assert_eq!(world.codes(), Vec::<&str>::new());
}

#[test]
fn a_250_removed_by_a_fault_is_undelivered_though_the_session_continues() {
    let mut world = World::new();
    let session = world.opens();
    world.sends_unheard(session, "m");
    world.sends(session, "n", Reply::Accepted);
    world.sends(session, "m", Reply::Accepted);
    assert_eq!(world.report().messages.undelivered, 1);
    assert_eq!(world.codes(), ["resent_after_lost_reply"]);
}

#[test]
fn messages_over_the_daily_quota_that_are_not_retried_are_reported() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "m", Reply::QuotaSpent);
    world.sends(session, "n", Reply::QuotaSpent);
    world.passes(3600.0);
    world.sends(session, "n", Reply::Accepted);
    let report = world.report();
    assert_eq!(
        (report.retries.open, report.retries.open_after_quota),
        (0, 1)
    );
    let text = report.to_string();
    assert!(
        text.contains("over the daily quota, not retried: 1"),
        "{text}"
    );
}

#[test]
fn refused_connections_do_not_count_as_open_at_the_same_time() {
    let mut world = World::new();
    let session = world.opens();
    world.opens();
    for refused in [7, 8, 9] {
        world.emit(refused, Event::Connected { wrapper: false });
        world.replies(refused, Reply::TooManyConnections);
    }
    let connections = world.report().connections;
    assert_eq!((connections.most_open, connections.opened), (2, 5));
    world.judge.reset(world.now);
    assert_eq!(world.report().connections.most_open, 2);
    world.quits(session);
    world.opens();
    assert_eq!(world.report().connections.most_open, 2);
}

#[test]
fn a_fault_with_a_reply_of_ses_counts_as_that_reply() {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "a", Reply::Throttled);
    world.passes(1.0);
    for reply in [Reply::ThrottledV2, Reply::QuotaSpent] {
        let event = Event::Unjudged {
            message_id: Some("b"),
            envelope: 1,
            recipients: 1,
            code: Some(b'4'),
            reply: Some(reply),
        };
        world.emit(session, event);
        world.passes(2.0);
    }
    world.sends(session, "a", Reply::Accepted);
    let report = world.report();
    let messages = &report.messages;
    assert_eq!((messages.throttled, messages.quota), (2, 1));
    assert_eq!((messages.temporary, messages.attempts), (0, 4));
    assert_eq!(report.connections.messages.most, 4);
    let pauses = report.retries.pause_on_connection.unwrap();
    assert_eq!((pauses.count, pauses.longest_s), (3, 2.0));
}
