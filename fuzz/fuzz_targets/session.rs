//! A session of arbitrary bytes: no panic, no growth, complete replies, and the
//! same replies wherever the bytes are cut.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sesbench_fuzz::{Client, Input};

/// How often everything is sent in a session that must not grow: often enough
/// for a few more bytes a line to be noticed.
const FLOOD: usize = 32;

/// Byte by byte is slow; longer inputs are only cut where the input specifies.
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

/// The replies up to the end or the first handshake: bytes that arrive together
/// with STARTTLS are discarded, so there a cut does make a difference.
fn replies<'a>(input: &Input<'_>, pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut client = Client::at(input.start(), &input.settings());
    client.handshakes = false;
    for piece in pieces {
        client.say(piece);
    }
    String::from_utf8_lossy(client.heard()).into_owned()
}
