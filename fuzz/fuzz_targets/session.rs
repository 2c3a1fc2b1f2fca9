//! A whole session of whatever bytes: no panic, no growth, whole replies, and
//! the same ones wherever the bytes are cut.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sesbench_fuzz::{Client, Input};

/// How often it is all said, where a session is to show that it does not grow
/// by it: enough for a few bytes more a line to stand out.
const FLOOD: usize = 32;

/// Byte by byte is slow; what is longer is only cut where the input says.
const SHORT: usize = 512;

fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::of(bytes) else {
        return;
    };
    let whole = replies(&input, [input.said]);
    assert_eq!(replies(&input, input.pieces()), whole, "cut, and whole");
    if input.said.len() <= SHORT {
        assert_eq!(replies(&input, input.said.chunks(1)), whole, "by bytes");
    }
    let mut client = Client::at(input.start(), &input.settings());
    for _ in 0..if input.floods() { FLOOD } else { 1 } {
        for piece in input.pieces() {
            client.say(piece);
        }
        client.check_memory(input.said.len());
    }
});

/// What is heard up to the end or the first handshake: what comes with
/// STARTTLS in one piece is forgotten by it, so that there a cut does matter.
fn replies<'a>(input: &Input<'_>, pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut client = Client::at(input.start(), &input.settings());
    client.handshakes = false;
    for piece in pieces {
        client.say(piece);
    }
    String::from_utf8_lossy(client.heard()).into_owned()
}
