//! The TCP connection below TLS; detects plaintext where a TLS record should
//! be.
//!
//! Some servers write their last line in plaintext on a connection that has TLS
//! (Exim its `554 Too many nonmail commands`), and a server that starts in
//! plaintext sends its greeting on a port where TLS was expected. The TLS
//! library reports only an invalid record. This module follows the headers of
//! the records as they arrive and keeps what is in place of a header: a few
//! instructions a record, and no copy until then. [`super::driver`] turns it
//! into a failure.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::counted::Counted;
use crate::text::printable;

/// Bytes kept of what is not a TLS record.
const MAX_KEPT: usize = 512;
/// Characters shown of it.
const MAX_SHOWN: usize = 200;
/// Fewer bytes may be printable by chance.
const MIN_TEXT: usize = 4;
/// Length of a record's header (RFC 8446 section 5.1).
const HEADER: usize = 5;

/// A TCP connection that carries TLS.
#[derive(Debug)]
pub(super) struct Raw {
    stream: Counted,
    records: Records,
}

/// Position of a stream in its TLS records.
#[derive(Debug, Default)]
struct Records {
    /// Bytes of the current record that are still to be received.
    left: usize,
    header: [u8; HEADER],
    /// Bytes of the header that were received.
    header_len: usize,
    /// The bytes in place of a record, and all that follow.
    foreign: Vec<u8>,
}

/// What a server wrote in plaintext where TLS was expected.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Plaintext(pub(super) String);

impl Raw {
    pub(super) fn new(stream: Counted) -> Self {
        Self {
            stream,
            records: Records::default(),
        }
    }

    /// The plaintext received so far, escaped for printing.
    pub(super) fn plaintext(&self) -> Option<String> {
        text(&self.records.foreign)
    }

    /// Like [`Raw::plaintext`], and also reads what has arrived: only for a
    /// connection that has failed, because these bytes never reach TLS.
    pub(super) fn read_plaintext(&mut self, cx: &mut Context<'_>) -> Option<String> {
        let mut space = [0; MAX_KEPT];
        while self.records.foreign.len() < MAX_KEPT {
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut *self).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                _ => break,
            }
        }
        self.plaintext()
    }
}

impl Records {
    fn on_read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.foreign.is_empty() {
            let of_record = self.left.min(bytes.len());
            self.left -= of_record;
            bytes = &bytes[of_record..];
            let of_header = (HEADER - self.header_len).min(bytes.len());
            let header_len = self.header_len + of_header;
            self.header[self.header_len..header_len].copy_from_slice(&bytes[..of_header]);
            self.header_len = header_len;
            bytes = &bytes[of_header..];
            let header = &self.header[..header_len];
            if !begins_record(header) {
                self.foreign.extend_from_slice(header);
            } else if header_len == HEADER {
                self.left = u16::from_be_bytes([header[3], header[4]]).into();
                self.header_len = 0;
            }
        }
        if !self.foreign.is_empty() {
            let room = MAX_KEPT.saturating_sub(self.foreign.len());
            self.foreign
                .extend_from_slice(&bytes[..room.min(bytes.len())]);
        }
    }
}

/// Whether a record can begin with these bytes: a known content type, and a
/// version of TLS (RFC 8446 section 5.1).
fn begins_record(header: &[u8]) -> bool {
    header.first().is_none_or(|kind| matches!(kind, 20..=24))
        && header.get(1).is_none_or(|&major| major == 3)
}

/// The first line that is not empty, if it is text. Later lines are left out:
/// how much of them has arrived varies, and one fault would look like several.
fn text(bytes: &[u8]) -> Option<String> {
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| !line.is_empty())?;
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        // The last character may be truncated.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&line[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if text.len() < MIN_TEXT || text.chars().any(|c| c.is_control() && c != '\t') {
        return None;
    }
    let text = printable(text);
    let shown: String = text.chars().take(MAX_SHOWN).collect();
    match shown.len() < text.len() {
        true => Some(shown + "..."),
        false => Some(shown),
    }
}

impl AsyncRead for Raw {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        this.records.on_read(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Raw {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16).to_be_bytes();
        [&[kind, 3, 3][..], &length, content].concat()
    }

    /// What is detected when the stream arrives in pieces of that size.
    fn found(stream: &[u8], size: usize) -> Option<String> {
        let mut records = Records::default();
        stream.chunks(size).for_each(|piece| records.on_read(piece));
        text(&records.foreign)
    }

    #[test]
    fn plaintext_after_records_is_found_however_it_is_split() {
        let mut stream = record(22, &[7; 300]);
        stream.extend(record(23, b"220 not this: it is a record's content\r\n"));
        stream.extend(record(21, &[]));
        let line = "554 Too many nonmail commands";
        let with_line = [&stream, line.as_bytes(), b"\r\n"].concat();
        for size in 1..with_line.len() + 1 {
            assert_eq!(found(&stream, size), None, "{size}");
            assert_eq!(found(&with_line, size).as_deref(), Some(line), "{size}");
        }
    }

    #[test]
    fn a_greeting_in_place_of_a_record_is_found() {
        let greeting = b"\r\n220-mx.example Gr\xc3\xbc\xc3\x9fe\r\n220 \x01\r\n";
        let shown = "220-mx.example Gr\u{fc}\u{df}e";
        assert_eq!(found(greeting, 100).as_deref(), Some(shown));
    }

    #[test]
    fn bytes_that_are_not_text_and_too_few_bytes_are_not_shown() {
        assert_eq!(found(b"\x80\x81\x82\x83\x84\x85", 100), None);
        assert_eq!(found(b"22\x1b[31m0 red\r\n", 100), None);
        assert_eq!(found(b"22", 100), None);
        assert_eq!(found(b"\r\n\r\n", 100), None);
    }

    #[test]
    fn what_is_kept_and_shown_is_bounded() {
        let mut records = Records::default();
        let line = "5".repeat(10_000);
        line.as_bytes()
            .chunks(300)
            .for_each(|piece| records.on_read(piece));
        assert_eq!(records.foreign.len(), MAX_KEPT);
        let shown = text(&records.foreign).unwrap();
        assert_eq!(shown, "5".repeat(MAX_SHOWN) + "...");
    }
}
