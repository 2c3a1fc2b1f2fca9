//! Follows the target's name: looks it up again while a run goes on.
//!
//! A thread of its own asks the resolver, about once a minute and soon after a
//! connection failed; no session and no message waits for it. Which address a
//! session tries is decided in [`super::addresses`].

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
pub type LookUp = Box<dyn Fn() -> io::Result<Vec<SocketAddr>> + Send>;

/// How often the resolver is asked.
#[derive(Clone, Copy, Debug)]
pub struct LookUpTimes {
    /// Without a failure.
    pub period: Duration,
    /// At most, whatever fails.
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

/// Wakes the thread; the thread ends when this is dropped.
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

    /// A connection failed: the name may lead elsewhere by now. Never blocks.
    pub(super) fn wake(&self) {
        // A full channel means that the thread has been woken already.
        let _ = self.0.try_send(());
    }
}

/// Asks the system's resolver for a host.
pub fn system_look_up(host: &str, port: u16) -> LookUp {
    let host = host.to_owned();
    Box::new(move || Ok((host.as_str(), port).to_socket_addrs()?.collect()))
}

fn follow(addresses: &Addresses, look_up: &LookUp, times: LookUpTimes, woken: &Receiver<()>) {
    // The look-up that the run began with.
    let mut last = Instant::now();
    loop {
        if woken.recv_timeout(times.period) == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        thread::sleep(times.min_gap.saturating_sub(last.elapsed()));
        // Failures up to here are what this look-up is for.
        let _ = woken.try_recv();
        last = Instant::now();
        // Without an answer the addresses that are known stay.
        if let Ok(found) = look_up() {
            addresses.replace(&usable(found, &addresses.list()));
        }
    }
}

/// Addresses in use, and of the new ones those that accept a connection: a
/// session is not to wait for an address that never answers. If that leaves
/// none, all of them.
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
