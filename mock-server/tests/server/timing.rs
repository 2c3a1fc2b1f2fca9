//! Delays over sockets: never shorter than configured, and in the configured
//! order.

use std::time::{Duration, Instant};

use crate::client::Client;
use crate::server;

#[test]
fn a_reply_takes_at_least_its_latency() {
    let server = server(|s| {
        s.latency.dot = Duration::from_micros(2_300).into();
        s.latency.banner = Duration::from_micros(1_100).into();
    });
    let asked = Instant::now();
    let mut client = Client::connect(&server, 587);
    client.reply();
    assert!(asked.elapsed() >= Duration::from_micros(1_100));
    let mut client = Client::ready(&server);
    for _ in 0..10 {
        client.begin_message();
        let asked = Instant::now();
        client.say("x\r\n.");
        assert!(asked.elapsed() >= Duration::from_micros(2_300));
    }
}

#[test]
fn many_delays_at_once_each_take_their_own() {
    let server = server(|s| {
        s.profile = sesbench_mock::facts::Profile::Unlimited;
        s.latency.mail = Duration::from_millis(3).into();
    });
    let mut clients: Vec<Client> = (0..50).map(|_| Client::ready(&server)).collect();
    for _ in 0..3 {
        let asked = Instant::now();
        for client in &mut clients {
            client.send(b"MAIL FROM:<a@b.c>\r\n");
        }
        for client in &mut clients {
            assert_eq!(client.reply(), "250 Ok\r\n");
            assert!(asked.elapsed() >= Duration::from_millis(3));
        }
        for client in &mut clients {
            assert_eq!(client.say("RSET"), "250 Ok\r\n");
        }
    }
}

#[test]
fn silence_ends_with_the_451_and_the_end_of_the_connection() {
    // Long enough for a handshake on a busy machine.
    let idle = Duration::from_secs(1);
    let server = server(|s| s.idle_timeout = idle);
    let mut client = Client::connect(&server, 465).secure(&server);
    let connected = Instant::now();
    let heard = client.rest();
    assert!(connected.elapsed() >= idle);
    let (banner, last) = heard.split_once("\r\n").unwrap();
    assert!(banner.starts_with("220 "), "{banner}");
    assert_eq!(last, "451 4.4.2 Timeout waiting for data from client.\r\n");
    // Before TLS, too.
    let mut client = Client::connect(&server, 25);
    let heard = client.rest();
    assert!(
        heard.ends_with("\r\n451 4.4.2 Timeout waiting for data from client.\r\n"),
        "{heard}"
    );
}

#[test]
fn a_handshake_that_does_not_come_is_given_up() {
    let server = server(|s| s.idle_timeout = Duration::from_millis(50));
    assert_eq!(Client::connect(&server, 465).rest(), "");
}
