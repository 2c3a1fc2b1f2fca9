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

    /// Reads arriving bytes into the delay line, without delivering them.
    pub(super) fn listen(&mut self, cx: &mut Context<'_>) {
        match self {
            Wire::Plain(socket) => socket.listen(cx),
            Wire::Tls(stream) => stream.get_mut().0.listen(cx),
        }
    }

    /// Whether bytes arrived since the last call, even if less than a TLS record.
    pub(super) fn take_heard(&mut self) -> bool {
        match self {
            Wire::Plain(socket) => socket.take_heard(),
            Wire::Tls(stream) => stream.get_mut().0.take_heard(),
        }
    }

    /// Sends as much as the socket accepts without waiting, and returns how much.
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

    /// Does the handshake, on a connection without TLS.
    pub(super) async fn secure(self, tls: &TlsAcceptor) -> io::Result<Wire> {
        match self {
            Wire::Plain(socket) => Ok(Wire::Tls(Box::new(tls.accept(socket).await?))),
            Wire::Tls(_) => unreachable!("the dialogue starts TLS once"),
        }
    }

    /// The result of the handshake.
    pub(super) fn handshake(&self) -> Handshake {
        let Wire::Tls(stream) = self else {
            unreachable!("called after a handshake only");
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

    /// Makes the connection end with an RST: unread and unsent data is lost.
    pub(super) fn reset(self) -> io::Result<()> {
        self.socket().set_zero_linger()
    }

    /// Waits until the client disconnects, and reads nothing: what it sends fills
    /// the buffers of both sides.
    pub(super) async fn abandoned(&self) -> io::Result<()> {
        // These two are set when the connection ends, not when bytes arrive.
        let gone = Interest::PRIORITY | Interest::ERROR;
        self.socket().ready(gone).await.map(|_| ())
    }

    /// Whether the client is already known to have closed its side.
    pub(super) fn is_read_closed(&self) -> bool {
        let ready = pin!(self.socket().ready(Interest::READABLE));
        let now = ready.poll(&mut Context::from_waker(Waker::noop()));
        matches!(now, Poll::Ready(Ok(ready)) if ready.is_read_closed())
    }

    /// Waits until the client refuses the sent data with an RST.
    pub(super) async fn refused(&self) -> io::Result<()> {
        self.socket().ready(Interest::ERROR).await.map(|_| ())
    }

    /// Closes the sending direction, after TLS's close_notify.
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
