//! One kind of message, all but ready: a head to be written for each message,
//! and what follows the heads of all of them.

use std::ops::Range;
use std::sync::Arc;

use super::filler;
use super::layout::{INDEX_DIGITS, Layout, write_to};
use super::sizes::SizeDraw;
use super::text::Text;
use super::{Identity, Recipients, TooSmall};
use crate::scenario::Message;

/// Up to this size a message is one piece, so that it is sent in one write.
/// About one TLS record (RFC 8446 section 5.1: at most 2^14 bytes).
const ONE_PIECE: u64 = 16 * 1_024;

/// A kind of message. Cheap to clone: what is large is shared.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    headers: Arc<[u8]>,
    index_at: [usize; 2],
    sizes: SizeDraw,
    text: Text,
}

impl Letter {
    pub(super) fn new(message: &Message, seed: u64, identity: &Identity) -> Result<Self, TooSmall> {
        let layout = Layout::new(message, identity);
        let sizes = &message.content.size;
        let (size, least) = (sizes.least(), layout.least());
        if size < least {
            return Err(TooSmall { size, least });
        }
        let text = sizes.most() as usize - layout.shortest_head();
        Ok(Self {
            headers: layout.headers.into(),
            index_at: layout.index_at,
            sizes: SizeDraw::new(sizes, seed),
            text: Text::new(text, seed, b""),
        })
    }

    /// Appends the head of message `index` to `out`; gives what follows it.
    pub(super) fn write(
        &self,
        index: u64,
        recipients: &Recipients,
        out: &mut Vec<u8>,
    ) -> (&Arc<[u8]>, Range<usize>) {
        let start = out.len();
        out.extend_from_slice(&self.headers);
        for at in self.index_at {
            write_index(index, &mut out[start + at..][..INDEX_DIGITS]);
        }
        write_to(recipients.of(index), out);
        out.extend_from_slice(b"\r\n");
        let size = self.sizes.of(index);
        let room = size as usize - (out.len() - start);
        let (at, length) = self.text.suffix(room);
        filler::pad(room - length, out);
        let tail = self.text.bytes();
        if size > ONE_PIECE {
            return (tail, at..tail.len());
        }
        out.extend_from_slice(&tail[at..]);
        (tail, 0..0)
    }
}

fn write_index(mut index: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (index % 10) as u8;
        index /= 10;
    }
}
