//! Clients that violate the protocol, over sockets.

use std::time::Duration;

use crate::client::Client;
use crate::server;

/// CVE-2011-0411.
#[test]
fn commands_injected_behind_starttls_are_discarded() {
    let server = server(|_| {});
    let mut client = Client::connect(&server, 25);
    client.reply();
    client.send(b"STARTTLS\r\nNOOP\r\nEHLO evil\r\n");
    assert_eq!(client.reply(), "220 Ready to start TLS\r\n");
    let mut client = client.secure(&server);
    assert_eq!(client.say("VRFY x"), "502 VRFY command is disabled\r\n");
}

#[test]
fn pipelined_input_is_answered_in_order() {
    let server = server(|s| s.latency.rcpt = Duration::from_millis(2).into());
    let mut client = Client::ready(&server);
    client.send(
        b"MAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nRCPT TO:<b@b.c>\r\nDATA\r\nx\r\n.\r\nVRFY\r\nQUIT\r\n",
    );
    let replies = client.rest();
    let codes: Vec<&str> = replies.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["250", "250", "250", "354", "250", "502", "221"]);
}

#[test]
fn a_session_byte_by_byte_is_a_session() {
    let server = server(|_| {});
    let mut client = Client::ready(&server);
    let session = b"MAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\n..x\r\n.\r\nQUIT\r\n";
    for byte in session {
        client.send(&[*byte]);
    }
    let replies = client.rest();
    let codes: Vec<&str> = replies.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["250", "250", "354", "250", "221"]);
    assert_eq!(server.counts().bytes, 4, "before dot-stuffing");
}

#[test]
fn a_bare_lf_is_named_and_the_reply_arrives() {
    let server = server(|_| {});
    let mut client = Client::connect(&server, 25);
    client.reply();
    // More follows: closing at once would reset the connection and lose the 501.
    client.send(&[&b"NOOP\n"[..], &[b'x'; 50_000]].concat());
    let reply = client.reply();
    assert!(
        reply.starts_with("501 Syntax error at character position 4."),
        "{reply}"
    );
}

#[test]
fn no_message_is_smuggled() {
    let server = server(|_| {});
    let mut client = Client::ready(&server);
    client.begin_message();
    client.send(b"x\n.\nMAIL FROM:<evil@b.c>\nRCPT TO:<a@b.c>\nDATA\ny\r.\r\nz\r\n.\r\n");
    assert!(client.reply().starts_with("250 Ok "));
    assert_eq!(client.say("QUIT"), "221 Bye\r\n");
    assert_eq!(client.rest(), "");
    assert_eq!(server.counts().accepted, 1);
}

#[test]
fn others_are_served_while_some_do_not_read_speak_or_stay() {
    let server = server(|_| {});
    let mut deaf = Client::connect(&server, 25);
    // More replies than a socket buffer holds would block this write, so it is
    // an amount that always fits.
    deaf.send("NOOP\r\n".repeat(5_000).as_bytes());
    let mute = Client::connect(&server, 465);
    for _ in 0..100 {
        drop(Client::connect(&server, 587));
    }
    assert!(Client::ready(&server).deliver().starts_with("250 "));
    drop((deaf, mute));
}

/// A TLS record that announces 16 KiB, and a few bytes of it.
const HALF_A_HELLO: &[u8] = b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03";

#[test]
fn others_are_served_while_some_stop_within_the_handshake() {
    let server = server(|_| {});
    let mut stuck = Vec::new();
    for port in [465, 587].repeat(50) {
        let mut client = Client::connect(&server, port);
        if port == 587 {
            client.reply();
            client.say("STARTTLS");
        }
        client.send(HALF_A_HELLO);
        stuck.push(client);
    }
    assert!(Client::ready(&server).deliver().starts_with("250 "));
    assert_eq!(server.counts().secured, 1);
}

#[test]
fn a_client_that_stops_within_the_handshake_is_dropped() {
    let server = server(|s| s.idle_timeout = Duration::from_millis(50));
    let mut client = Client::connect(&server, 465);
    client.send(HALF_A_HELLO);
    assert_eq!(client.rest(), "");
}

#[test]
fn what_is_no_handshake_ends_the_session_and_no_other() {
    let server = server(|_| {});
    for garbage in [&b"EHLO x\r\n"[..], &[0; 100], &[0xff; 20_000]] {
        let mut client = Client::connect(&server, 465);
        client.send(garbage);
        // A TLS alert may arrive first.
        while client
            .stream()
            .read(&mut [0; 100])
            .is_ok_and(|count| count > 0)
        {}
    }
    assert!(Client::ready(&server).deliver().starts_with("250 "));
}

#[test]
fn a_client_that_never_reads_is_dropped() {
    let server = server(|s| s.idle_timeout = Duration::from_millis(50));
    let mut client = Client::connect(&server, 25);
    let flood = "EHLO x\r\n".repeat(20_000);
    let Client::Plain(stream) = &mut client else {
        unreachable!("it is in plaintext");
    };
    // Fills both socket buffers until the server closes the connection: an error,
    // not a hang.
    use std::io::Write;
    while stream.write_all(flood.as_bytes()).is_ok() {}
}
