//! A TCP connection, optionally with a simulated longer path.
//!
//! With a simulated path, input is read as soon as it arrives and delivered when
//! it is due. This happens below TLS, so that every flight of a handshake takes
//! its round trip.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::line::{Line, Path};
use super::timer::{Timer, Wait};

/// Four TLS records at their largest.
const READ_BUFFER: usize = 64 * 1024;

thread_local! {
    /// Separate from the driver's buffer, which is in use when bytes are read here.
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BUFFER].into());
}

pub(super) struct Socket {
    stream: TcpStream,
    far: Option<Box<Far>>,
    /// Bytes have been read since the last [`take_heard`](Socket::take_heard).
    heard: bool,
}

/// The far end of a simulated path.
struct Far {
    line: Line,
    timer: Rc<Timer>,
    wait: Option<Wait>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, path: Option<Path>, timer: &Rc<Timer>) -> Socket {
        let far = |path| {
            Box::new(Far {
                line: Line::new(path),
                timer: Rc::clone(timer),
                wait: None,
            })
        };
        Socket {
            stream,
            far: path.map(far),
            heard: false,
        }
    }

    /// Writes as much as the socket accepts without waiting.
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.try_write(bytes)
    }

    /// Whether bytes have been read since the last call: an incomplete TLS record
    /// shows that the client is not silent, too.
    pub(super) fn take_heard(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }

    /// The connection itself.
    pub(super) fn tcp(&self) -> &TcpStream {
        &self.stream
    }

    /// Reads arriving bytes into the delay line while the session does not read,
    /// so that their delay starts when they arrive.
    pub(super) fn listen(&mut self, cx: &mut Context<'_>) {
        if let Some(far) = &mut self.far {
            far.fill(&mut self.stream, cx);
        }
    }
}

impl Far {
    fn poll_read(
        &mut self,
        stream: &mut TcpStream,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.fill(stream, cx);
        loop {
            if self.line.take(buffer, self.timer.now())? {
                self.wait = None;
                return Poll::Ready(Ok(()));
            }
            let Some(due) = self.line.due() else {
                return Poll::Pending;
            };
            if self.wait.as_ref().is_none_or(|wait| wait.until() != due) {
                self.wait = Some(self.timer.sleep_until(due));
            }
            if let Some(wait) = &mut self.wait
                && Pin::new(wait).poll(cx).is_pending()
            {
                return Poll::Pending;
            }
        }
    }

    /// Reads all available bytes.
    fn fill(&mut self, stream: &mut TcpStream, cx: &mut Context<'_>) {
        BUFFER.with_borrow_mut(|buffer| {
            while self.line.is_open() {
                let mut buffer = ReadBuf::new(buffer);
                let end = match Pin::new(&mut *stream).poll_read(cx, &mut buffer) {
                    Poll::Pending => break,
                    Poll::Ready(Ok(())) => None,
                    Poll::Ready(Err(error)) => Some(error),
                };
                let now = self.timer.now();
                match buffer.filled() {
                    [] => self.line.end(end, now),
                    bytes => self.line.put(bytes, now),
                }
            }
        });
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let Socket { stream, far, heard } = &mut *self;
        let read = match far {
            None => Pin::new(stream).poll_read(cx, buffer),
            Some(far) => far.poll_read(stream, cx, buffer),
        };
        *heard |= buffer.filled().len() > before;
        read
    }
}

impl AsyncWrite for Socket {
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
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
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
