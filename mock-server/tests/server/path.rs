//! The simulated path: how many round trips a session takes, and how much time
//! its bytes take.
//!
//! Lower bounds must hold every time. An upper bound counts round trips. The time
//! that the machine itself needs does not grow with the round trip, so on a busy
//! machine the round trip is lengthened until that time is a small part of it.

use std::time::{Duration, Instant};

use sesbench_mock::units::Bandwidth;
use sesbench_mock::{Server, TlsVersion};

use crate::client::Client;
use crate::server;

/// The round trips that are tried, in milliseconds: the longer ones only on a
/// machine so busy that a session needs as much time of its own as the shorter.
const ROUND_TRIPS_MS: [u64; 6] = [40, 80, 160, 320, 640, 1_280];

/// Attempts with each round trip.
const ATTEMPTS: u32 = 5;

/// Repeats until a session is set up in less than `least` + 1 round trips.
#[track_caller]
fn takes(least: u32, what: &str, start: impl Fn(Duration) -> Server, session: impl Fn(&Server)) {
    for rtt in ROUND_TRIPS_MS.map(Duration::from_millis) {
        let server = start(rtt);
        for _ in 0..ATTEMPTS {
            let began = Instant::now();
            session(&server);
            let took = began.elapsed();
            assert!(took >= rtt * least, "{what}: {took:?} at {rtt:?}");
            if took < rtt * (least + 1) {
                return;
            }
        }
    }
    panic!("{what}: never within {} round trips", least + 1);
}

fn far(rtt: Duration, versions: &[TlsVersion]) -> Server {
    server(|s| {
        s.rtt = rtt;
        s.tls_versions = versions.to_vec();
        s.profile = sesbench_mock::facts::Profile::Unlimited;
    })
}

fn by_starttls(server: &Server) {
    let mut client = Client::connect(server, 587);
    client.reply();
    client.say("EHLO c");
    client.say("STARTTLS");
    let mut client = client.secure(server);
    client.say("EHLO c");
    client.log_in(server);
}

fn by_wrapper(server: &Server) {
    let mut client = Client::wrapped(server);
    client.say("EHLO c");
    client.log_in(server);
}

/// Without the round trip of the connection itself, which the system answers:
/// banner, EHLO, STARTTLS, handshake, EHLO, AUTH; and handshake, banner, EHLO,
/// AUTH.
#[test]
fn starttls_takes_two_round_trips_more_than_the_wrapper_with_tls_1_3() {
    let start = |rtt| far(rtt, &[TlsVersion::Tls13]);
    takes(6, "STARTTLS", start, by_starttls);
    takes(4, "wrapper", start, by_wrapper);
}

/// The handshake takes two, and the wrapper's banner arrives with its end.
#[test]
fn starttls_takes_three_round_trips_more_than_the_wrapper_with_tls_1_2() {
    let start = |rtt| far(rtt, &[TlsVersion::Tls12]);
    takes(7, "STARTTLS", start, by_starttls);
    takes(4, "wrapper", start, by_wrapper);
}

#[test]
fn the_time_of_a_handshake_begins_when_the_client_s_first_flight_is_there() {
    let start = |rtt: Duration| {
        server(|s| {
            s.rtt = rtt;
            s.latency.tls = (rtt * 2).into();
        })
    };
    takes(8, "STARTTLS", start, by_starttls);
    takes(6, "wrapper", start, by_wrapper);
}

#[test]
fn commands_sent_together_take_one_round_trip() {
    let start = |rtt| far(rtt, &[TlsVersion::Tls13]);
    takes(5, "log-in and three commands", start, |server| {
        let mut client = Client::ready(server);
        client.send(b"MAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\n");
        for code in ["250", "250", "354"] {
            assert!(client.reply().starts_with(code));
        }
        // Without the second EHLO: three for the setup, one for the commands.
        client.say(".");
    });
}

#[test]
fn what_comes_while_a_reply_takes_its_time_is_on_its_way_already() {
    let start = |rtt: Duration| {
        server(|s| {
            s.rtt = rtt;
            s.latency.mail = (rtt * 2).into();
        })
    };
    // Three for the setup; MAIL takes one and two more; RCPT has arrived by then.
    takes(6, "MAIL and RCPT", start, |server| {
        let mut client = Client::ready(server);
        client.send(b"MAIL FROM:<a@b.c>\r\n");
        // Sent by itself, while MAIL is on its way: far less than a round trip.
        std::thread::sleep(Duration::from_millis(10));
        client.send(b"RCPT TO:<a@b.c>\r\n");
        client.reply();
        client.reply();
    });
}

#[test]
fn a_message_takes_its_length_by_the_bandwidth() {
    let server = server(|s| s.bandwidth = Bandwidth::new(1_000_000));
    let mut client = Client::ready(&server);
    let line = [b"x".repeat(98), b"\r\n".to_vec()].concat();
    for bytes in [50_000, 200_000] {
        client.begin_message();
        let began = Instant::now();
        client.send(&line.repeat(bytes / line.len()));
        assert!(client.say(".").starts_with("250 "));
        let least = Duration::from_micros(bytes as u64);
        assert!(began.elapsed() >= least, "{:?}", began.elapsed());
    }
    assert_eq!(server.counts().bytes, 250_000);
}

#[test]
fn a_slow_client_is_not_a_silent_one() {
    let server = server(|s| {
        s.bandwidth = Bandwidth::new(9_000);
        s.idle_timeout = Duration::from_secs(1);
    });
    // It is sent at once, and takes longer to arrive than the idle time-out.
    let mut client = Client::connect(&server, 587);
    client.reply();
    client.send(&b"NOOP\r\n".repeat(3000));
    let heard = client.rest();
    assert_eq!(heard.matches("250 Ok\r\n").count(), 3000);
    assert!(heard.ends_with("451 4.4.2 Timeout waiting for data from client.\r\n"));
}

/// A TLS record that arrives slowly does not count as silence either, though it
/// can only be read when it is complete.
#[test]
fn nor_is_one_whose_record_of_tls_takes_longer_than_the_patience() {
    let server = server(|s| {
        s.bandwidth = Bandwidth::new(6_000);
        s.idle_timeout = Duration::from_secs(1);
    });
    let mut client = Client::ready(&server);
    client.begin_message();
    client.send(&[b"x".repeat(15_000), b"\r\n".to_vec()].concat());
    assert!(client.say(".").starts_with("250 "));
}

#[test]
fn a_client_that_hangs_up_is_missed_one_round_trip_later() {
    let server = far(Duration::from_millis(40), &[TlsVersion::Tls13]);
    let mut client = Client::connect(&server, 587);
    client.reply();
    client.send(b"QUIT\r\n");
    drop(client);
    // Its QUIT was in flight: the server has read it first.
    while server.counts().replies.get("221 Bye") != Some(&1) {
        std::thread::sleep(Duration::from_millis(1));
    }
}
