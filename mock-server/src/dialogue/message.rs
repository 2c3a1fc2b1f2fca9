//! A message on its way in: where it ends, and what its header says.

use super::body::Body;
use super::headers::{Headers, Wanted};

/// From the 354 to the final dot.
#[derive(Debug)]
pub(super) struct Message {
    body: Body,
    headers: Headers,
}

impl Message {
    pub(super) fn new(wanted: Wanted) -> Message {
        Message {
            body: Body::default(),
            headers: Headers::new(wanted),
        }
    }

    /// Reads until its end or that of `bytes`, and says how many bytes that
    /// used and whether it ended.
    pub(super) fn read(&mut self, bytes: &[u8]) -> (usize, bool) {
        self.body.read(bytes, |content| self.headers.take(content))
    }

    /// Bytes so far.
    pub(super) fn size(&self) -> u64 {
        self.body.size()
    }

    pub(super) fn headers(&self) -> &Headers {
        &self.headers
    }
}
