//! How much memory clients can make the mock use: before and after them, while it
//! serves others.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use crate::child::Child;
use crate::client::Client;

/// KiB for several hundred open sessions and for what an allocator keeps; far
/// less than any of these clients sends.
const ROOM: u64 = 16 * 1024;

/// An endless amount of bytes: far above ROOM, and above a message's limit.
const ENDLESS: usize = 64 << 20;

/// A mock that has served a session, so that one-time allocations are done.
fn mock() -> Child {
    let child = Child::start(&["profile=unlimited"]);
    serves(&child);
    child
}

fn serves(child: &Child) {
    let mut client = Client::ready(child);
    assert!(client.deliver().starts_with("250 Ok "));
    assert_eq!(client.say("QUIT"), "221 Bye\r\n");
}

/// Runs `clients`, and checks the mock's memory after them.
fn bounded(child: &Child, clients: impl FnOnce()) {
    let before = child.memory();
    clients();
    serves(child);
    let after = child.memory();
    assert!(
        after < before + ROOM,
        "{before} KiB before, {after} KiB after"
    );
}

#[test]
fn five_thousand_that_connect_and_go_leave_nothing_behind() {
    let child = mock();
    bounded(&child, || {
        for wave in 0..25 {
            let port = [587, 465, 25, 2465, 2587][wave % 5];
            let crowd: Vec<_> = (0..200).map(|_| Client::connect(&child, port)).collect();
            serves(&child);
            drop(crowd);
        }
    });
}

/// As many again; each logs in and disconnects within a message.
#[test]
fn sessions_that_end_within_a_message_leave_nothing_behind() {
    let child = mock();
    bounded(&child, || {
        for _ in 0..200 {
            let mut client = Client::ready(&child);
            client.begin_message();
            client.send(&[b'x'; 5_000]);
        }
    });
}

#[test]
fn silent_clients_need_little_memory_and_do_not_affect_others() {
    let child = mock();
    let mut mute = Vec::new();
    bounded(&child, || {
        for port in [465, 587].repeat(150) {
            mute.push(Client::connect(&child, port));
        }
    });
}

#[test]
fn those_who_never_read_are_not_read_either() {
    let child = mock();
    let mut deaf = Vec::new();
    bounded(&child, || {
        for _ in 0..20 {
            let Client::Plain(mut stream) = Client::connect(&child, 25) else {
                unreachable!("it is in plaintext");
            };
            stream
                .set_write_timeout(Some(Duration::from_millis(20)))
                .unwrap();
            // Until the sockets' buffers are full, in both directions.
            let flood = "EHLO x\r\n".repeat(8_000);
            let mut written = 0;
            while let Ok(count @ 1..) = stream.write(flood.as_bytes()) {
                written += count;
                assert!(written < ENDLESS, "somebody still reads");
            }
            deaf.push(stream);
        }
    });
}

#[test]
fn a_flood_of_recipients_is_counted_and_not_kept() {
    // In the sandbox each of them is an unverified identity.
    for profile in ["profile=unlimited", "profile=sandbox"] {
        let child = Child::start(&[profile, "verified=[\"example.com\"]", "burst=1000"]);
        serves(&child);
        bounded(&child, || {
            let mut client = Client::ready(&child);
            client.say("MAIL FROM:<a@example.com>");
            for thousand in 0..200 {
                let line = |n| format!("RCPT TO:<{}{thousand:03}{n:03}@e.f>\r\n", "x".repeat(200));
                let lines: String = (0..1_000).map(line).collect();
                client.send(lines.as_bytes());
                for _ in 0..1_000 {
                    assert_eq!(client.reply(), "250 Ok\r\n");
                }
            }
            assert!(client.say("DATA").starts_with("354 "));
            let reply = client.say(".");
            assert_eq!(
                reply,
                "554 Transaction failed: Recipient count exceeds 50.\r\n"
            );
        });
    }
}

#[test]
fn a_header_line_and_a_body_without_end_are_counted_and_not_kept() {
    let child = mock();
    for start in ["Subject: ", "From: a@example.com\r\n\r\n"] {
        bounded(&child, || {
            let mut client = Client::ready(&child);
            client.begin_message();
            client.send(start.as_bytes());
            let block = vec![b'x'; 1 << 20];
            for _ in 0..ENDLESS / block.len() {
                client.send(&block);
            }
            assert_eq!(client.say("\r\n."), "552 Message is too long.\r\n");
        });
    }
}

#[test]
fn a_command_line_without_end_is_cut_off() {
    let child = mock();
    bounded(&child, || {
        let Client::Plain(mut stream) = Client::connect(&child, 25) else {
            unreachable!("it is in plaintext");
        };
        let block = vec![b'x'; 1 << 16];
        // The mock replies, reads what is in flight, and closes the connection.
        while stream.write_all(&block).is_ok() {}
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read(&mut [0]);
    });
}
