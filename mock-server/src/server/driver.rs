//! The driver for all TLS modes: moves bytes between a socket and a dialogue,
//! and waits when the dialogue requires it.
//!
//! Bytes are read into one buffer per thread and passed on immediately, so that
//! an idle session needs no buffer.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::ReadBuf;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep_until, timeout};

use super::socket::Socket;
use super::timer::Timer;
use super::wire::Wire;
use super::worker::Shared;
use crate::clock::Clock;
use crate::dialogue::{Dialogue, Step};
use crate::protocol::Instant;

/// Four TLS records of plaintext.
const READ_BUFFER: usize = 64 * 1024;

/// How long to wait for a client to read the last reply and disconnect.
const LINGER: Duration = Duration::from_secs(1);

/// How long to wait for an RST after a reply to a client that has closed its
/// side. A closed socket sends it immediately; a client that has only closed its
/// sending direction reads the reply and sends nothing (RFC 9293 section 3.6).
const REFUSAL: Duration = Duration::from_millis(100);

/// The linger after the idle time-out, when an observer needs to know whether
/// the client uses the connection again: connection pools do so with their next
/// message.
const LINGER_AFTER_TIMEOUT: Duration = Duration::from_secs(60);

thread_local! {
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BUFFER].into());
}

/// Result of waiting for the client.
enum Heard {
    Bytes,
    Silence,
    End,
}

/// Drives a session to its end.
pub(super) async fn drive(
    socket: TcpStream,
    dialogue: &mut Dialogue,
    shared: &Shared,
    timer: &Rc<Timer>,
) -> io::Result<()> {
    let clock = shared.clock;
    let patience = shared.config.idle_timeout();
    let accepted = clock.now();
    let mut wire = Wire::Plain(Socket::new(socket, shared.path, timer));
    let mut silence = pin!(sleep_until(far(clock)));
    if let Some(path) = shared.path {
        // The connection itself takes the simulated path, too.
        wait(accepted + path.rtt, &mut wire, timer).await;
    }
    dialogue.connected(clock.now());
    let mut waited = false;
    loop {
        match dialogue.next(clock.now()) {
            Step::Send(bytes) => {
                let rest = &bytes[wire.try_send(bytes)?..];
                if !rest.is_empty() {
                    patiently(patience, wire.send(rest)).await?;
                }
                if mem::take(&mut waited) && dialogue.must_be_heard() && is_gone(&wire).await {
                    dialogue.lost(clock.now());
                } else {
                    dialogue.sent(clock.now());
                }
            }
            Step::Wait(until) => {
                waited = true;
                wait(until, &mut wire, timer).await;
            }
            Step::StartTls(certificate) => {
                let tls = shared.tls.of(certificate);
                // On the heap: the handshake happens once, and would otherwise
                // take up space in every session until its end.
                wire = patiently(patience, Box::pin(wire.secure(tls))).await?;
                dialogue.secured(wire.handshake(), clock.now());
            }
            Step::Receive => {
                let heard = poll_fn(|cx| hear(cx, &mut wire, dialogue, silence.as_mut(), clock));
                if let Heard::End = heard.await? {
                    return Ok(());
                }
            }
            Step::Reset => return wire.reset(),
            Step::Stall => return wire.abandoned().await,
            Step::Close { linger } => {
                return Box::pin(close(wire, linger, dialogue, clock)).await;
            }
        }
    }
}

async fn wait(until: Instant, wire: &mut Wire, timer: &Rc<Timer>) {
    let mut moment = timer.sleep_until(until);
    poll_fn(|cx| {
        wire.listen(cx);
        Pin::new(&mut moment).poll(cx)
    })
    .await;
}

/// Whether the client disconnected while it waited for the reply that was just
/// sent. Needs no system call unless the client has closed its side.
async fn is_gone(wire: &Wire) -> bool {
    wire.is_read_closed() && timeout(REFUSAL, wire.refused()).await.is_ok()
}

/// Passes input to the dialogue, or returns when the client is silent for too
/// long.
fn hear(
    cx: &mut Context<'_>,
    wire: &mut Wire,
    dialogue: &mut Dialogue,
    silence: Pin<&mut Sleep>,
    clock: Clock,
) -> Poll<io::Result<Heard>> {
    let read = BUFFER.with_borrow_mut(|buffer| {
        let mut buffer = ReadBuf::new(buffer);
        wire.poll_read(cx, &mut buffer).map_ok(|()| {
            if buffer.filled().is_empty() {
                return Heard::End;
            }
            dialogue.input(buffer.filled(), clock.now());
            Heard::Bytes
        })
    });
    if read.is_ready() {
        return read;
    }
    if wire.take_heard() {
        dialogue.alive(clock.now());
    }
    expired(cx, dialogue.deadline(), silence, clock).map(|()| Ok(Heard::Silence))
}

/// Ready at `deadline`. The deadline moves with every command, but the timer is
/// reset only when it fires.
fn expired(
    cx: &mut Context<'_>,
    deadline: Option<Instant>,
    mut silence: Pin<&mut Sleep>,
    clock: Clock,
) -> Poll<()> {
    let Some(deadline) = deadline else {
        return Poll::Pending;
    };
    if silence.deadline() > clock.tokio_instant(deadline) {
        silence.as_mut().reset(clock.tokio_instant(deadline));
    }
    while silence.as_mut().poll(cx).is_ready() {
        if clock.now() >= deadline {
            return Poll::Ready(());
        }
        silence.as_mut().reset(clock.tokio_instant(deadline));
    }
    Poll::Pending
}

/// Applies the idle time-out to a client that does not read or does not continue
/// a handshake.
async fn patiently<T>(
    patience: Option<Duration>,
    work: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    match patience {
        Some(patience) => timeout(patience, work).await?,
        None => work.await,
    }
}

async fn close(
    mut wire: Wire,
    linger: bool,
    dialogue: &mut Dialogue,
    clock: Clock,
) -> io::Result<()> {
    let linger_for = match dialogue.is_listened_for() {
        true => LINGER_AFTER_TIMEOUT,
        false => LINGER,
    };
    timeout(linger_for, async {
        wire.shutdown().await?;
        if linger {
            poll_fn(|cx| discard(cx, &mut wire, dialogue, clock)).await?;
        }
        Ok(())
    })
    .await?
}

/// Reads and discards input until the client closes the connection.
fn discard(
    cx: &mut Context<'_>,
    wire: &mut Wire,
    dialogue: &mut Dialogue,
    clock: Clock,
) -> Poll<io::Result<()>> {
    BUFFER.with_borrow_mut(|buffer| {
        loop {
            let mut buffer = ReadBuf::new(buffer);
            match wire.poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    dialogue.ignored(buffer.filled(), clock.now());
                }
                end => return end,
            }
        }
    })
}

/// A time that is never reached, before there is a deadline.
fn far(clock: Clock) -> tokio::time::Instant {
    clock.tokio_instant(Instant(u64::MAX))
}
