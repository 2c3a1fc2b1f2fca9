//! Resolves the target's name again while a run goes on.
//!
//! A thread asks the resolver about once a minute, and soon after a connection
//! failed; no session and no message waits for it. [`super::addresses`] decides
//! which address a session tries.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::addresses::Addresses;

/// How long a new address may take to accept a connection before it is left out.
const CHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the resolver.
pub(crate) type LookUp = Box<dyn Fn() -> io::Result<Vec<SocketAddr>> + Send>;

/// How often the resolver is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookUpTimes {
    /// Interval while nothing fails.
    pub period: Duration,
    /// Minimum interval, whatever fails.
    pub min_gap: Duration,
}

impl Default for LookUpTimes {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(60),
            min_gap: Duration::from_secs(1),
        }
    }
}

/// Wakes the thread. The thread ends when this is dropped.
#[derive(Debug)]
pub(super) struct Follower(SyncSender<()>);

impl Follower {
    /// Starts the thread.
    pub(super) fn start(
        addresses: Arc<Addresses>,
        look_up: LookUp,
        times: LookUpTimes,
    ) -> io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let thread = thread::Builder::new().name("resolver".to_owned());
        thread.spawn(move || follow(&addresses, &look_up, times, &woken))?;
        Ok(Self(wake))
    }

    /// A connection failed: the name may have another address by now. Never blocks.
    pub(super) fn wake(&self) {
        // If the channel is full, the thread has been woken already.
        let _ = self.0.try_send(());
    }
}

/// Asks the system's resolver for a host.
pub(crate) fn system_look_up(host: &str, port: u16) -> LookUp {
    let host = host.to_owned();
    Box::new(move || Ok((host.as_str(), port).to_socket_addrs()?.collect()))
}

fn follow(addresses: &Addresses, look_up: &LookUp, times: LookUpTimes, woken: &Receiver<()>) {
    // The first look-up was made before the run began.
    let mut last = Instant::now();
    loop {
        if woken.recv_timeout(times.period) == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        thread::sleep(times.min_gap.saturating_sub(last.elapsed()));
        // This look-up answers all failures up to here.
        let _ = woken.try_recv();
        last = Instant::now();
        // Without an answer, the known addresses stay.
        if let Ok(found) = look_up() {
            addresses.replace(&usable(found, &addresses.list()));
        }
    }
}

/// The addresses already in use, and those of the new ones that accept a
/// connection: no session should wait for an address that never answers. If
/// none is left, all of them.
fn usable(found: Vec<SocketAddr>, in_use: &[SocketAddr]) -> Vec<SocketAddr> {
    let accepts = |address: &SocketAddr| TcpStream::connect_timeout(address, CHECK_TIMEOUT).is_ok();
    let kept: Vec<_> = found
        .iter()
        .copied()
        .filter(|address| in_use.contains(address) || accepts(address))
        .collect();
    match kept.is_empty() {
        true => found,
        false => kept,
    }
}
