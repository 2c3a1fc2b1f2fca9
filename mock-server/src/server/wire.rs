//! A connection, with or without TLS.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use rustls::{HandshakeKind, ProtocolVersion};
use tokio::io::{AsyncRead, AsyncWriteExt, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::socket::Socket;
use crate::protocol::{Handshake, TlsVersion};

pub(super) enum Wire {
    Plain(Socket),
    Tls(Box<TlsStream<Socket>>),
}

impl Wire {
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self {
            Wire::Plain(socket) => Pin::new(socket).poll_read(cx, buffer),
            Wire::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buffer),
        }
    }

    /// Takes note of what comes in, for who does not want to read it yet.
    pub(super) fn listen(&mut self, cx: &mut Context<'_>) {
        match self {
            Wire::Plain(socket) => socket.listen(cx),
            Wire::Tls(stream) => stream.get_mut().0.listen(cx),
        }
    }

    /// Whether bytes came since this was last asked, be they not enough for a
    /// record of TLS.
    pub(super) fn take_heard(&mut self) -> bool {
        match self {
            Wire::Plain(socket) => socket.take_heard(),
            Wire::Tls(stream) => stream.get_mut().0.take_heard(),
        }
    }

    /// Sends what the socket takes at once, and says how much that was.
    pub(super) fn try_send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Wire::Plain(socket) = self else {
            return Ok(0);
        };
        match socket.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            written => written,
        }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Wire::Plain(socket) => socket.write_all(bytes).await,
            Wire::Tls(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    /// The handshake, on a connection that has had none.
    pub(super) async fn secure(self, tls: &TlsAcceptor) -> io::Result<Wire> {
        match self {
            Wire::Plain(socket) => Ok(Wire::Tls(Box::new(tls.accept(socket).await?))),
            Wire::Tls(_) => unreachable!("the dialogue starts TLS once"),
        }
    }

    /// What the handshake came to.
    pub(super) fn handshake(&self) -> Handshake {
        let Wire::Tls(stream) = self else {
            unreachable!("asked after a handshake");
        };
        let connection = stream.get_ref().1;
        Handshake {
            version: match connection.protocol_version() {
                Some(ProtocolVersion::TLSv1_2) => TlsVersion::Tls12,
                _ => TlsVersion::Tls13,
            },
            resumed: connection.handshake_kind() == Some(HandshakeKind::Resumed),
        }
    }

    /// Has the connection end with an RST: what was not read or sent is lost.
    pub(super) fn reset(self) -> io::Result<()> {
        self.socket().set_zero_linger()
    }

    /// Waits until the client has gone away, and reads nothing: what it sends
    /// fills the buffers of both sides.
    pub(super) async fn abandoned(&self) -> io::Result<()> {
        // Of these two no byte is a part, only the end of all bytes is.
        let gone = Interest::PRIORITY | Interest::ERROR;
        self.socket().ready(gone).await.map(|_| ())
    }

    /// Whether the client has closed its end, as far as is known already.
    pub(super) fn is_read_closed(&self) -> bool {
        let ready = pin!(self.socket().ready(Interest::READABLE));
        let now = ready.poll(&mut Context::from_waker(Waker::noop()));
        matches!(now, Poll::Ready(Ok(ready)) if ready.is_read_closed())
    }

    /// Waits until the client has refused, by an RST, what it was sent.
    pub(super) async fn refused(&self) -> io::Result<()> {
        self.socket().ready(Interest::ERROR).await.map(|_| ())
    }

    /// Ends the sending direction, after TLS's own goodbye.
    pub(super) async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(socket) => socket.shutdown().await,
            Wire::Tls(stream) => stream.shutdown().await,
        }
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Wire::Plain(socket) => socket.tcp(),
            Wire::Tls(stream) => stream.get_ref().0.tcp(),
        }
    }
}
