//! A TCP connection, or one at the end of a longer path than there is.
//!
//! Where the settings play a path, what the client sends is read as soon as it
//! is there, and handed on when it is due; the bytes are those below TLS, so
//! that every flight of a handshake takes its round trip.

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
    /// The driver's own buffer is in use when bytes are read here.
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BUFFER].into());
}

pub(super) struct Socket {
    stream: TcpStream,
    far: Option<Box<Far>>,
    /// Bytes have been read since somebody asked.
    heard: bool,
}

/// The far end of a path that is played.
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

    /// Writes what the system takes at once.
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.try_write(bytes)
    }

    /// Whether bytes have been read since this was last asked: a record of TLS
    /// that is not yet whole is a sign of life, too.
    pub(super) fn take_heard(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }

    /// The connection itself.
    pub(super) fn tcp(&self) -> &TcpStream {
        &self.stream
    }

    /// Takes note of what comes in while nobody wants to read it, so that its
    /// way does not begin only then.
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

    /// Reads all there is.
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
