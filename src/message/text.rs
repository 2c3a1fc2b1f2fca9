//! The text at the end of all messages of a kind. Each message has as much of it
//! as its size leaves room for.

use std::sync::Arc;

use super::filler;
use super::stuffing::{END, stuff};

/// The distance between marks in bytes. Finding a line takes a search of one such
/// stretch, and the marks take less than 2 % of the text's memory.
const MARKED: usize = 1_024;

/// Text as it goes over the wire, dot-stuffed and with the final dot. A shorter
/// message has a suffix of it that starts at a line. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Text {
    bytes: Arc<[u8]>,
    marks: Arc<[Mark]>,
}

/// The start of a line.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Its offset on the wire.
    at: usize,
    /// Bytes from there to the end of the text, before dot-stuffing.
    left: usize,
}

impl Text {
    /// `length` bytes of text (0, or at least 2), then `rest`, in which no line may
    /// start with a dot.
    pub(super) fn new(length: usize, seed: u64, rest: &[u8]) -> Self {
        let mut bytes = stuff(&filler::text(length, seed));
        let marks = marks(&bytes, length);
        bytes.reserve_exact(rest.len() + END.len());
        bytes.extend_from_slice(rest);
        bytes.extend_from_slice(END);
        Self {
            bytes: bytes.into(),
            marks: marks.into(),
        }
    }

    /// The whole text, with `rest`.
    pub(super) const fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The longest suffix of whole lines that fills `room`, or leaves space for at
    /// least one more line: its offset on the wire, and its length before
    /// dot-stuffing. `room` is 0, or at least 2.
    pub(super) fn suffix(&self, room: usize) -> (usize, usize) {
        let after = self.marks.partition_point(|mark| mark.left > room);
        let Mark { mut at, mut left } = self.marks[after.saturating_sub(1)];
        while left > 0 && (left > room || left + 1 == room) {
            let line = line_length(&self.bytes[at..]);
            left -= unstuffed(line, self.bytes[at]);
            at += line;
        }
        (at, left)
    }
}

/// The length of a line on the wire before dot-stuffing.
const fn unstuffed(line: usize, first: u8) -> usize {
    match first {
        b'.' => line - 1,
        _ => line,
    }
}

/// The length of the first line, with its line end.
fn line_length(text: &[u8]) -> usize {
    let end = text.iter().position(|byte| *byte == b'\n');
    end.map_or(text.len(), |end| end + 1)
}

/// The marks. The first is at the start of the text, even if it is empty.
fn marks(stuffed: &[u8], length: usize) -> Vec<Mark> {
    let (mut at, mut left) = (0, length);
    let mut marks = vec![Mark { at, left }];
    let mut next = MARKED;
    for line in stuffed.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        left -= unstuffed(line.len(), line[0]);
        if at >= next && left > 0 {
            marks.push(Mark { at, left });
            next = at + MARKED;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::stuffing::tests::unstuff;
    use proptest::prelude::*;

    fn suffix_of(text: &Text, room: usize) -> (Vec<u8>, usize) {
        let (at, length) = text.suffix(room);
        let sent = &text.bytes()[at..];
        assert!(at == 0 || text.bytes()[at - 1] == b'\n');
        let sent = sent.strip_suffix(b"rest\r\n.\r\n").unwrap();
        (unstuff(sent), length)
    }

    proptest! {
        #[test]
        fn a_suffix_is_whole_lines_as_long_as_said_and_leaves_room_for_a_line_or_none(
            length in 2usize..20_000, seed: u64, room in 2usize..21_000
        ) {
            let text = Text::new(length, seed, b"rest\r\n");
            let (suffix, said) = suffix_of(&text, room);
            prop_assert_eq!(suffix.len(), said);
            prop_assert!(said <= room && said + 1 != room);
            // At most one line is left over, or the text ends.
            prop_assert!(room - said <= 80 || said == length);
        }
    }

    #[test]
    fn a_room_as_long_as_the_text_takes_all_of_it() {
        for length in [0, 2, 3, 78, 79, 5_000] {
            let text = Text::new(length, 1, b"rest\r\n");
            assert_eq!(text.suffix(length), (0, length));
        }
    }
}
