//! The one driver for all TLS modes: it moves bytes between a socket and a
//! dialogue, and waits where the dialogue says so.
//!
//! Bytes are read into one buffer per thread and handed over at once, so that
//! an idle session holds none.

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

/// How long to wait for a client to read the last reply and hang up.
const LINGER: Duration = Duration::from_secs(1);

/// How long a client that has closed its end may take to refuse a reply: it
/// does so by an RST, at once, while one that has only finished speaking hears
/// it and says nothing (RFC 9293 section 3.6).
const REFUSAL: Duration = Duration::from_millis(100);

/// The linger after the idle time-out, where somebody wants to know whether the
/// client uses the connection again: pools do so the next time they have
/// something to send.
const LINGER_AFTER_TIMEOUT: Duration = Duration::from_secs(60);

thread_local! {
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BUFFER].into());
}

/// What a wait for the client brought.
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
        // A connection is news that has to come all the way, too.
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
                // On the heap while it lasts: it happens once, and would take
                // its room in every session throughout.
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

/// Whether the client, which was just sent something, went away while it had to
/// wait. Nothing is asked of the system unless it has closed its end.
async fn is_gone(wire: &Wire) -> bool {
    wire.is_read_closed() && timeout(REFUSAL, wire.refused()).await.is_ok()
}

/// Hands over what the client sends, or says that its time is up.
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

/// Ready at `deadline`. The timer stays set where it was while the deadline
/// moves on with every command, and is set anew only when it fires.
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

/// A client that does not read, or stops within a handshake, has as long as one
/// that does not speak.
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

/// Reads to the end of what the client sends.
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

/// Not yet a deadline.
fn far(clock: Clock) -> tokio::time::Instant {
    clock.tokio_instant(Instant(u64::MAX))
}
