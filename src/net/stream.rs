//! A connection: plaintext, or TLS over it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::client::TlsStream;

use super::counted::Counted;
use super::raw::Raw;

/// A connection, or none.
pub(super) enum Stream {
    /// No connection: before connect, and while a handshake owns the socket.
    Absent,
    /// TCP.
    Plain(Counted),
    /// TLS. Boxed: its state is far larger than a socket.
    Tls(Box<TlsStream<Raw>>),
}

impl Stream {
    /// Reads some bytes; 0 at the end of the stream.
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        space: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(space);
        let read = match self {
            Self::Absent => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, &mut buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, &mut buffer),
        };
        ready!(read)?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    /// Writes both parts to the socket, which has taken `done` bytes of them
    /// already, and flushes. `done` is updated over calls.
    pub(super) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        (head, body): (&[u8], &[u8]),
        done: &mut usize,
    ) -> Poll<io::Result<()>> {
        while *done < head.len() + body.len() {
            let head_left = &head[(*done).min(head.len())..];
            let body_left = &body[done.saturating_sub(head.len())..];
            let count = match (head_left.is_empty(), body_left.is_empty()) {
                (_, true) => ready!(self.poll_write(cx, head_left))?,
                (true, _) => ready!(self.poll_write(cx, body_left))?,
                _ => ready!(self.poll_write_both(cx, head_left, body_left))?,
            };
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            *done += count;
        }
        self.poll_flush(cx)
    }

    /// The plaintext that the server wrote inside TLS, as far as it was read.
    pub(super) fn plaintext(&self) -> Option<String> {
        match self {
            Self::Tls(stream) => stream.get_ref().0.plaintext(),
            Self::Absent | Self::Plain(_) => None,
        }
    }

    /// Like [`Stream::plaintext`], and also reads what has arrived: only for a
    /// stream that has ended or failed, see [`Raw::read_plaintext`].
    pub(super) fn read_plaintext(&mut self, cx: &mut Context<'_>) -> Option<String> {
        match self {
            Self::Tls(stream) => stream.get_mut().0.read_plaintext(cx),
            Self::Absent | Self::Plain(_) => None,
        }
    }

    /// Sends close_notify if that is possible without waiting (RFC 8446 section
    /// 6.1); a wait would measure nothing.
    pub(super) fn poll_farewell(&mut self, cx: &mut Context<'_>) {
        if let Self::Tls(stream) = self {
            let _ = Pin::new(stream).poll_shutdown(cx);
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Absent => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_both(
        &mut self,
        cx: &mut Context<'_>,
        head: &[u8],
        body: &[u8],
    ) -> Poll<io::Result<usize>> {
        let parts = [IoSlice::new(head), IoSlice::new(body)];
        match self {
            Self::Absent => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, &parts),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, &parts),
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            // TCP has no user-space buffer.
            Self::Absent | Self::Plain(_) => Poll::Ready(Ok(())),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }
}
