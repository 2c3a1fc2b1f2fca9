//! Replies that are not delivered, because the client has disconnected.

use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

use sesbench_mock::judge::Report;
use sesbench_mock::{Server, Settings};

use crate::client::Client;
use crate::server;

const LATE: Duration = Duration::from_millis(500);

fn slow(change: impl FnOnce(&mut Settings)) -> Server {
    server(|s| {
        s.latency.dot = LATE.into();
        s.require_tls = false;
        change(s);
    })
}

fn ready(server: &Server, tls: bool) -> Client {
    if tls {
        return Client::ready(server);
    }
    let mut client = Client::connect(server, 587);
    client.reply();
    client.log_in(server);
    client
}

fn send(client: &mut Client) {
    client.begin_message();
    client.send(b"Message-ID: <m@example.com>\r\n\r\nx\r\n.\r\n");
}

fn until(server: &Server, seen: impl Fn(&Report) -> bool) -> Report {
    let start = Instant::now();
    loop {
        let report = server.report().unwrap();
        if seen(&report) {
            return report;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{report}");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_client_that_hangs_up_during_the_wait_has_not_heard_its_250() {
    for (tls, rtt) in [(false, 0), (true, 0), (true, 10)] {
        let server = slow(|s| s.rtt = Duration::from_millis(rtt));
        let mut client = ready(&server, tls);
        send(&mut client);
        server
            .wait_for(|counts| counts.accepted == 1, Duration::from_secs(60))
            .unwrap();
        drop(client);
        until(&server, |report| report.connections.ended == 1);
        let mut client = ready(&server, tls);
        send(&mut client);
        assert!(client.reply().starts_with("250 "));
        let messages = server.report().unwrap().messages;
        assert_eq!((messages.undelivered, messages.resent_unheard), (1, 1));
        assert_eq!(messages.accepted_twice, 0);
    }
}

#[test]
fn a_resend_while_the_first_still_waits_is_no_resend_after_a_250() {
    let server = slow(|s| s.latency.dot = (LATE * 4).into());
    let mut clients = [ready(&server, true), ready(&server, true)];
    clients.iter_mut().for_each(Client::begin_message);
    for client in &mut clients {
        client.send(b"Message-ID: <m@example.com>\r\n\r\nx\r\n.\r\n");
    }
    for client in &mut clients {
        assert!(client.reply().starts_with("250 "));
    }
    let messages = server.report().unwrap().messages;
    assert_eq!((messages.resent_unheard, messages.accepted_twice), (1, 0));
    assert_eq!(messages.undelivered, 0);
    send(&mut clients[0]);
    assert!(clients[0].reply().starts_with("250 "));
    assert_eq!(server.report().unwrap().messages.accepted_twice, 1);
}

#[test]
fn a_client_that_has_only_finished_speaking_hears_its_250() {
    let server = slow(|_| {});
    let mut client = ready(&server, false);
    send(&mut client);
    let Client::Plain(stream) = &client else {
        unreachable!("it is in plaintext");
    };
    stream.shutdown(Shutdown::Write).unwrap();
    assert!(client.rest().starts_with("250 "));
    let report = until(&server, |report| report.connections.ended == 1);
    assert_eq!(report.messages.undelivered, 0);
}
