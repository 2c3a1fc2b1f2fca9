//! A message of arbitrary bytes, compared with a minimal reader: it ends by
//! CRLF `.` CRLF and by nothing else, and has the size that was sent.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sesbench_fuzz::{Client, Input, Start};

const END: &[u8] = b"\r\n.\r\n";

fuzz_target!(|bytes: &[u8]| {
    let Some(mut input) = Input::of(bytes) else {
        return;
    };
    // The CRLF is the one after DATA. Every message ends eventually.
    let stream = [b"\r\n", input.said, END].concat();
    let end = stream.windows(END.len()).position(|five| five == END);
    let end = end.expect("it ends with it");
    input.said = &stream[2..end + END.len()];

    let mut client = Client::at(Start::Body, &input.settings());
    let (last, before) = input.said.split_last().expect("it ends with LF");
    input.said = before;
    for piece in input.pieces() {
        client.say(piece);
    }
    assert_eq!(client.heard(), b"", "a reply before the end");
    client.check_memory(0);
    client.say(&[*last]);
    let reply = client.take_heard();
    assert_eq!(reply.lines().count(), 1, "{reply}");

    let size = unstuffed(&stream[..end + 2]);
    let counts = client.counts();
    match &reply[..4] {
        "250 " => assert_eq!((counts.accepted, counts.bytes), (1, size)),
        _ => assert_eq!((counts.accepted, counts.bytes), (0, 0), "{reply}"),
    }
    let limit = input.settings().max_message_size;
    assert_eq!(reply.starts_with("552 "), size > limit, "{reply}");
    client.say(b"NOOP\r\n");
    assert_eq!(client.take_heard(), "250 Ok\r\n");
});

/// The size of a message that follows a CRLF, without a dot at the start of
/// each line (RFC 5321 section 4.5.2).
fn unstuffed(message: &[u8]) -> u64 {
    let stuffed = message.windows(3).filter(|three| *three == b"\r\n.");
    (message.len() - 2 - stuffed.count()) as u64
}
