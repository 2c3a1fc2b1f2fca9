//! When replies are sent, and the idle time-out. All times are exact.

use super::*;
use crate::protocol::{Certificate, Stage};
use crate::settings::{Delay, Fault};

const MS: u64 = 1_000_000;

/// How long until the replies to `line` are sent.
fn took(client: &mut Client, line: &str) -> Duration {
    let asked = client.now;
    assert!(!client.say(line).is_empty());
    client.now.since(asked)
}

#[test]
fn each_stage_takes_its_time() {
    let ms = Duration::from_millis;
    let mut client = Client::plain(|s| {
        s.latency.connect = ms(1).into();
        s.latency.banner = ms(2).into();
        s.latency.ehlo = ms(3).into();
        s.latency.starttls = ms(4).into();
        s.latency.tls = ms(5).into();
        s.latency.auth = ms(6).into();
        s.latency.mail = ms(7).into();
        s.latency.rcpt = ms(8).into();
        s.latency.data = ms(9).into();
        s.latency.dot = Duration::from_micros(10_100).into();
        s.latency.rset = ms(11).into();
        s.latency.quit = ms(12).into();
    });
    assert_eq!(client.now, Instant(MS + 3 * MS), "connect and banner");
    let login = plain_login(USER, client.account.password().expose());
    for (line, expected) in [
        ("EHLO c", ms(3)),
        ("NOOP", ms(0)),
        ("STARTTLS", ms(4 + 5)),
        ("AUTH PLAIN", ms(0)),
        (&login, ms(6)),
        ("MAIL FROM:<a@b.c>", ms(7)),
        ("RCPT TO:<a@b.c>", ms(8)),
        ("DATA", ms(9)),
        ("x\r\n.", Duration::from_micros(10_100)),
        ("RSET", ms(11)),
        ("QUIT", ms(12)),
    ] {
        assert_eq!(took(&mut client, line), expected, "{line}");
    }
}

#[test]
fn ehlo_under_tls_can_have_a_time_of_its_own() {
    let mut client = Client::secure(|s| {
        s.latency.ehlo = Duration::from_millis(3).into();
        s.latency.ehlo_tls = Some(Duration::from_millis(4).into());
    });
    let expected = Duration::from_millis(4);
    assert_eq!(took(&mut client, "EHLO c"), expected);
    assert_eq!(took(&mut client, "HELO c"), expected);
    let mut client = Client::plain(|s| s.latency.ehlo_tls = Some(expected.into()));
    assert_eq!(took(&mut client, "EHLO c"), Duration::ZERO);
}

#[test]
fn a_distribution_is_met_by_few_replies_of_any_sessions() {
    let mut settings = Settings::default();
    settings.latency.mail = Delay::Uniform {
        from: Duration::from_millis(64),
        to: Duration::from_millis(128),
    };
    let account = account(&settings);
    let observers = observers(&settings);
    let config = Config::new(&settings, observers.interest(), 1, 0);
    let config = Arc::new(config.unwrap());
    let mut millis = Vec::new();
    for _ in 0..16 {
        let mut client = Client::with(&config, &account, &observers, false);
        client.listen();
        client.say("STARTTLS");
        client.log_in();
        for _ in 0..4 {
            millis.push(took(&mut client, "MAIL FROM:<a@b.c>").as_millis());
            client.say("RSET");
        }
    }
    millis.sort_unstable();
    assert_eq!(millis, (64..128).collect::<Vec<_>>());
}

#[test]
fn the_wrapper_delays_the_handshake_and_then_the_banner() {
    let mut settings = Settings::default();
    settings.latency.connect = Duration::from_millis(1).into();
    settings.latency.tls = Duration::from_millis(2).into();
    settings.latency.banner = Duration::from_millis(4).into();
    let mut client = Client::on(&settings, &account(&settings), true);
    let handshake = client.now + Duration::from_millis(3);
    assert_eq!(client.dialogue.next(client.now), Step::Wait(handshake));
    assert_eq!(
        client.dialogue.next(handshake),
        Step::StartTls(Certificate::Valid)
    );
    client.dialogue.secured(HANDSHAKE, handshake);
    let banner = handshake + Duration::from_millis(4);
    assert_eq!(client.dialogue.next(handshake), Step::Wait(banner));
}

#[test]
fn pipelined_commands_wait_for_each_other_but_not_for_later_ones() {
    let mut client = Client::ready(|s| s.latency.rcpt = Duration::from_millis(2).into());
    let start = client.now;
    client.dialogue.input(
        b"MAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nRCPT TO:<b@b.c>\r\nNOOP\r\n",
        start,
    );
    let mut left = Vec::new();
    loop {
        match client.dialogue.next(client.now) {
            Step::Send(bytes) => {
                left.push((client.now.since(start).as_millis(), bytes.len()));
                client.dialogue.sent(client.now);
            }
            Step::Wait(until) => client.now = until,
            _ => break,
        }
    }
    assert_eq!(left, [(0, 8), (2, 8), (4, 8), (4, 8)]);
}

#[test]
fn silence_ends_with_an_unasked_451() {
    let mut client = Client::ready(|_| {});
    let deadline = client.dialogue.deadline().unwrap();
    assert_eq!(deadline.since(client.now), Duration::from_secs(10));
    client.now = Instant(deadline.0 - 1);
    assert_eq!(client.say("NOOP"), "250 Ok\r\n");
    client.pass(Duration::from_secs(10));
    assert_eq!(
        client.listen(),
        "451 4.4.2 Timeout waiting for data from client.\r\n"
    );
    assert!(client.closed);
}

#[test]
fn silence_counts_within_a_message_and_within_auth() {
    let mut client = Client::secure(|_| {});
    client.say("AUTH LOGIN");
    client.pass(Duration::from_secs(11));
    assert!(client.listen().starts_with("451 4.4.2 "));

    let mut client = Client::ready(|_| {});
    client.say("MAIL FROM:<a@b.c>");
    client.say("RCPT TO:<a@b.c>");
    client.say("DATA");
    client.pass(Duration::from_secs(9));
    assert_eq!(client.send(b"half a line"), "");
    client.pass(Duration::from_secs(9));
    assert_eq!(client.send(b" and the rest\r\n"), "");
    client.pass(Duration::from_secs(10));
    assert!(client.listen().starts_with("451 4.4.2 "));
}

#[test]
fn the_server_s_own_time_is_not_the_client_s_silence() {
    let mut client = Client::ready(|s| {
        s.latency.mail = Duration::from_secs(60).into();
    });
    assert_eq!(client.say("MAIL FROM:<a@b.c>"), "250 Ok\r\n");
    assert!(!client.closed);
    let mut patient = Client::ready(|s| s.idle_timeout = Duration::ZERO);
    patient.pass(Duration::from_secs(86_400));
    assert_eq!(patient.dialogue.deadline(), None);
    assert_eq!(patient.say("NOOP"), "250 Ok\r\n");
}

#[test]
fn there_is_no_deadline_while_the_server_does_not_listen() {
    let late = Duration::from_secs(60);
    let mut client = Client::ready(|s| {
        s.latency.mail = late.into();
        let mut fault = Fault::new(Stage::Body);
        fault.delay = Some(late);
        s.faults = vec![fault];
    });
    client.dialogue.input(b"MAIL FROM:<a@b.c>\r\n", client.now);
    assert_eq!(client.dialogue.deadline(), None, "the reply is held");
    assert_eq!(client.listen(), "250 Ok\r\n");
    client.say("RCPT TO:<a@b.c>");
    assert!(client.say("DATA").starts_with("354 "));
    assert!(client.dialogue.deadline().is_some());
    client.dialogue.input(b"x\r\n.\r\n", client.now);
    assert_eq!(client.dialogue.deadline(), None, "the message is not read");
    assert!(client.listen().starts_with("250 Ok "));
    assert!(client.dialogue.deadline().is_some());
}

/// With the wrapper the client's first flight comes with the connection, whose
/// round trip the driver adds.
#[test]
fn a_handshake_comes_a_round_trip_after_the_reply_to_starttls() {
    let settings = Settings {
        rtt: Duration::from_millis(8),
        ..Settings::default()
    };
    let account = account(&settings);
    let mut client = Client::on(&settings, &account, true);
    let handshake = Step::StartTls(Certificate::Valid);
    assert_eq!(client.dialogue.next(client.now), handshake);
    let mut client = Client::on(&settings, &account, false);
    client.listen();
    client.dialogue.input(b"STARTTLS\r\n", client.now);
    assert!(matches!(client.dialogue.next(client.now), Step::Send(_)));
    client.dialogue.sent(client.now);
    let arrival = client.now + settings.rtt;
    assert_eq!(client.dialogue.next(client.now), Step::Wait(arrival));
    assert_eq!(client.dialogue.next(arrival), handshake);
}

#[test]
fn too_many_connections_get_a_421_and_places_are_given_back() {
    let settings = Settings {
        max_connections: Some(1),
        ..Settings::default()
    };
    let account = account(&settings);
    let mut first = Client::on(&settings, &account, false);
    assert!(first.listen().starts_with("220 "));
    let mut second = Client::on(&settings, &account, false);
    assert_eq!(
        second.listen(),
        "421 Too many concurrent SMTP connections\r\n"
    );
    assert!(second.closed);
    drop((first, second));
    let mut third = Client::on(&settings, &account, false);
    assert!(third.listen().starts_with("220 "));
}

/// The server has ended the session, whether the client has noticed or not.
#[test]
fn the_idle_time_out_gives_the_place_back_before_the_connection_is_gone() {
    let settings = Settings {
        max_connections: Some(1),
        ..Settings::default()
    };
    let account = account(&settings);
    let mut idle = Client::on(&settings, &account, false);
    assert!(idle.listen().starts_with("220 "));
    idle.now = idle.dialogue.deadline().unwrap();
    assert!(idle.listen().starts_with("451 4.4.2 "));
    let mut second = Client::on(&settings, &account, false);
    assert!(second.listen().starts_with("220 "));
    drop(idle);
    let mut third = Client::on(&settings, &account, false);
    assert!(third.listen().starts_with("421 "), "it is given back once");
}

#[test]
fn a_goodbye_after_the_idle_time_out_is_no_use_of_the_connection() {
    for (bytes, spoke) in [("QUIT\r\n", 0), ("quit\r\n", 0), ("NOOP\r\n", 1)] {
        let mut client = Client::ready(|_| {});
        client.now = client.dialogue.deadline().unwrap();
        assert!(client.listen().starts_with("451 4.4.2 "));
        assert!(client.closed);
        client.dialogue.ignored(bytes.as_bytes(), client.now);
        let report = client.report();
        assert_eq!(report.connections.spoke_after_timeout, spoke, "{bytes}");
    }
}
