//! A message being received: finds its end and reads its header.

use super::body::Body;
use super::headers::{Headers, Wanted};

/// A message, from the 354 to the final dot.
#[derive(Debug)]
pub(in crate::dialogue) struct Message {
    body: Body,
    headers: Headers,
    kept: Option<Kept>,
}

/// The content, if it is captured.
#[derive(Debug)]
struct Kept {
    data: Vec<u8>,
    most: u64,
}

impl Message {
    /// A new message. Stores up to `keep` bytes of its content, if given.
    pub(in crate::dialogue) fn new(wanted: Wanted, keep: Option<u64>) -> Message {
        Message {
            body: Body::default(),
            headers: Headers::new(wanted),
            kept: keep.map(|most| Kept {
                data: Vec::new(),
                most,
            }),
        }
    }

    /// Reads to its end or the end of `bytes`, and returns how many bytes that
    /// used and whether it ended.
    pub(in crate::dialogue) fn read(&mut self, bytes: &[u8]) -> (usize, bool) {
        self.body.read(bytes, |content| {
            self.headers.take(content);
            if let Some(kept) = &mut self.kept {
                kept.take(content);
            }
        })
    }

    /// Bytes so far.
    pub(in crate::dialogue) fn size(&self) -> u64 {
        self.body.size()
    }

    pub(in crate::dialogue) fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The content, if it was stored.
    pub(in crate::dialogue) fn take_data(&mut self) -> Option<Vec<u8>> {
        self.kept.take().map(|kept| kept.data)
    }
}

impl Kept {
    /// A longer message is refused, so the rest is not stored.
    fn take(&mut self, content: &[u8]) {
        let room = self.most.saturating_sub(self.data.len() as u64);
        let taken = usize::try_from(room).map_or(content.len(), |room| room.min(content.len()));
        self.data.extend_from_slice(&content[..taken]);
    }
}
