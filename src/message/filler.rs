//! Generates the text that fills a message to its size.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use crate::random::sequence;

/// RFC 5322 section 2.1.1 asks for at most 78 characters; MIME encoders keep to 76.
const LINE: usize = 76;
const LINE_END: &[u8] = b"\r\n";

/// One line in this many starts with a dot, so that dot-stuffing is exercised.
const DOTTED: u64 = 64;

const WORDS: [&str; 32] = [
    "load", "mail", "relay", "queue", "reply", "session", "dot", "banner", "greeting", "header",
    "body", "envelope", "sender", "letter", "postbox", "stamp", "courier", "parcel", "window",
    "harbour", "lantern", "meadow", "orchard", "pebble", "river", "saddle", "timber", "violet",
    "willow", "yonder", "zephyr", "amber",
];

/// Exactly `length` bytes of readable lines, each with its CRLF. Because a line
/// has at least its CRLF, `length` is 0, or at least 2.
pub(super) fn text(length: usize, seed: u64) -> Vec<u8> {
    let mut random = sequence(seed);
    let mut text = Vec::with_capacity(length);
    while text.len() < length {
        let line_start = text.len();
        push_words(&mut text, &mut random);
        let line = line_length(text.len() - line_start, length - line_start);
        text.truncate(line_start + line);
        finish_line(
            &mut text,
            line_start,
            random.next_u64().is_multiple_of(DOTTED),
        );
    }
    text
}

/// Appends lines of dashes of exactly `length` bytes in total (0, or at least 2).
/// They pad the body of a message whose addresses are short.
pub(super) fn pad(length: usize, out: &mut Vec<u8>) {
    const DASHES: [u8; LINE] = [b'-'; LINE];
    let end = out.len() + length;
    while out.len() < end {
        let line = line_length(LINE, end - out.len());
        out.extend_from_slice(&DASHES[..line]);
        out.extend_from_slice(LINE_END);
    }
}

/// How many of the `available` characters the next line takes when `left` bytes
/// are left in total. After it, either nothing is left or enough for another line
/// end.
fn line_length(available: usize, left: usize) -> usize {
    let most = left.saturating_sub(LINE_END.len());
    match available {
        line if line >= most => most,
        line if line + 1 == most => line.saturating_sub(1),
        line => line,
    }
}

fn push_words(text: &mut Vec<u8>, random: &mut Pcg64Mcg) {
    let start = text.len();
    loop {
        let word = WORDS[(random.next_u64() >> 59) as usize];
        let used = text.len() - start;
        if used + 1 + word.len() > LINE {
            return;
        }
        if used > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(word.as_bytes());
    }
}

fn finish_line(text: &mut Vec<u8>, start: usize, dotted: bool) {
    if text.len() > start {
        if let Some(last @ b' ') = text.last_mut() {
            *last = b',';
        }
        if dotted {
            text[start] = b'.';
        }
    }
    text.extend_from_slice(LINE_END);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &[u8]) -> impl Iterator<Item = &str> {
        let text = std::str::from_utf8(text).unwrap();
        text.split_inclusive("\r\n")
            .map(|line| line.strip_suffix("\r\n").unwrap())
    }

    proptest! {
        #[test]
        fn filler_is_exact_and_in_short_lines(length in 2usize..10_000, seed: u64) {
            let mut padding = Vec::new();
            pad(length, &mut padding);
            for filled in [text(length, seed), padding] {
                prop_assert_eq!(filled.len(), length);
                for line in lines(&filled) {
                    prop_assert!(line.len() <= LINE);
                    prop_assert!(line.chars().all(|c| c == ' ' || c.is_ascii_graphic()));
                }
            }
        }
    }

    #[test]
    fn filler_reads_as_words_and_some_lines_begin_with_a_dot() {
        let filled = text(100_000, 7);
        assert!(filled.windows(6).any(|window| window == b" relay"));
        assert!(lines(&filled).any(|line| line.starts_with('.')));
    }

    #[test]
    fn the_text_of_a_seed_stays_the_same() {
        let filled = String::from_utf8(text(400, 42)).unwrap();
        assert_eq!(
            filled,
            "window reply envelope banner queue envelope session violet body window relay\r\n\
         parcel courier letter dot banner letter mail timber willow lantern reply\r\n\
         sender saddle load river stamp harbour body yonder header header banner\r\n\
         parcel courier body amber relay dot body yonder harbour harbour postbox\r\n\
         window yonder willow meadow parcel greeting body zephyr mail courier header\r\n\
         stamp relay queue dot l\r\n"
        );
    }
}
