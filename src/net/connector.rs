//! Makes connections: rotates over all addresses of the target and all source
//! addresses, and uses one TLS configuration for the whole run.
//!
//! If one address fails, the session tries the next (RFC 5321 section 5.1).
//! [`super::addresses`] decides the order; [`super::lookup`] resolves the name
//! again.

use std::collections::HashSet;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::addresses::{Address, AddressStats, Addresses, Candidates};
use super::certificate::Certificate;
use super::counted::Counted;
use super::failure::socket_failure;
use super::lookup::{Follower, LookUp, LookUpTimes};
use super::peer_certificates::PeerCertificates;
use super::raw::{Plaintext, Raw};
use super::tally::Tally;
use super::tls::{InvalidTls, client_config};
use super::tls_settings::TlsSettings;
use crate::smtp::TlsMode;
use crate::sys::clock::Clock;
use crate::vocabulary::{Cause, Failure, Instant, LookupFailure, Phase, SocketFailure};

/// How connections are made.
#[derive(Clone, Debug)]
pub struct ConnectorConfig {
    /// Whether TLS is used, and from which step of the session on.
    pub tls: TlsMode,
    /// TLS settings; unused without TLS.
    pub tls_settings: TlsSettings,
    /// Local addresses to connect from, in rotation; empty: the system chooses.
    pub source_addresses: Vec<IpAddr>,
}

/// The target's name can't be resolved.
#[derive(Debug, thiserror::Error)]
#[error("{host}:{port}: {reason}")]
pub(crate) struct UnknownHost {
    host: String,
    port: u16,
    failure: LookupFailure,
    reason: String,
}

impl UnknownHost {
    /// The cause of what can't begin without an address.
    pub(crate) fn cause(&self) -> Cause<'_> {
        Cause {
            text: &self.reason,
            ..Cause::local(Some(Phase::Resolve), Failure::Lookup(self.failure))
        }
    }
}

/// Makes the connections of a run; all workers share it.
pub(crate) struct Connector {
    addresses: Arc<Addresses>,
    /// Resolves the name again; unset where the target is not a name.
    follower: OnceLock<Follower>,
    sources: Vec<IpAddr>,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    tally: Tally,
    /// Records the certificates that the server sends, if they were asked for.
    chain: Option<Arc<PeerCertificates>>,
}

impl Connector {
    /// Resolves the host within `patience`, and prepares connections to it.
    pub(crate) async fn resolve(
        host: &str,
        port: u16,
        patience: Duration,
    ) -> Result<Vec<SocketAddr>, UnknownHost> {
        let unknown = |failure, reason: String| UnknownHost {
            host: host.to_owned(),
            port,
            failure,
            reason,
        };
        let looked_up = tokio::time::timeout(patience, tokio::net::lookup_host((host, port))).await;
        let found = looked_up
            .map_err(|_| {
                let reason = format!("the name was not resolved within {patience:?}");
                unknown(LookupFailure::TimedOut, reason)
            })?
            .map_err(|error| {
                let reason = format!("the name does not resolve: {error}");
                unknown(LookupFailure::NotResolved, reason)
            })?;
        let mut addresses: Vec<SocketAddr> = found.collect();
        let mut seen = HashSet::new();
        addresses.retain(|address| seen.insert(*address));
        match addresses.is_empty() {
            true => {
                let failure = LookupFailure::NoAddress;
                Err(unknown(failure, Failure::Lookup(failure).to_string()))
            }
            false => Ok(addresses),
        }
    }

    /// Connects to `addresses`, the addresses of `host`.
    pub(crate) fn new(
        config: &ConnectorConfig,
        host: &str,
        addresses: Vec<SocketAddr>,
    ) -> Result<Self, InvalidTls> {
        Self::with(config, host, addresses, None)
    }

    /// Like [`Connector::new`], and records the certificates that the server
    /// sends.
    pub(crate) fn keeping_certificates(
        config: &ConnectorConfig,
        host: &str,
        addresses: Vec<SocketAddr>,
    ) -> Result<Self, InvalidTls> {
        Self::with(config, host, addresses, Some(Arc::default()))
    }

    fn with(
        config: &ConnectorConfig,
        host: &str,
        addresses: Vec<SocketAddr>,
        chain: Option<Arc<PeerCertificates>>,
    ) -> Result<Self, InvalidTls> {
        Ok(Self {
            tls: tls(config, host, chain.as_ref())?,
            chain,
            addresses: Arc::new(Addresses::new(&addresses)),
            follower: OnceLock::new(),
            sources: config.source_addresses.clone(),
            tally: Tally::default(),
        })
    }

    /// Starts a thread that resolves the addresses again at those times, until
    /// this is dropped.
    pub(crate) fn follow(&self, look_up: LookUp, times: LookUpTimes) -> io::Result<()> {
        let follower = Follower::start(self.addresses.clone(), look_up, times)?;
        // If a follower was set before, this one is dropped and its thread
        // ends.
        let _ = self.follower.set(follower);
        Ok(())
    }

    /// Of several addresses, those that accept a connection, and the errors of
    /// the others: a name often resolves to IPv6 addresses on which no server
    /// listens.
    pub(crate) async fn answering(
        addresses: Vec<SocketAddr>,
        patience: Duration,
    ) -> (Vec<SocketAddr>, Vec<(SocketAddr, io::Error)>) {
        let (mut answering, mut silent) = (Vec::new(), Vec::new());
        for address in addresses {
            let connected = tokio::time::timeout(patience, TcpStream::connect(address)).await;
            match connected.unwrap_or_else(|late| Err(late.into())) {
                Ok(_) => answering.push(address),
                Err(error) => silent.push((address, error)),
            }
        }
        (answering, silent)
    }

    /// Resets the counts, but keeps the TLS facts: the preflight session is not
    /// part of the run.
    pub(crate) fn forget_counts(&self) {
        self.tally.forget_counts();
        self.addresses.reset_counts();
    }

    /// The first chain of certificates that the server sent, its own first;
    /// empty unless they are recorded.
    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        self.chain
            .as_ref()
            .map(|chain| chain.read())
            .unwrap_or_default()
    }

    /// The counts so far.
    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The counts of each address so far, in the order they became known.
    pub(crate) fn addresses(&self) -> Vec<AddressStats> {
        self.addresses.stats()
    }

    /// Makes the next TCP connection, before `deadline`.
    pub(super) async fn connect(&self, clock: Clock, deadline: Instant) -> io::Result<Counted> {
        let candidates = self.addresses.candidates(clock.now());
        let connected = self.connect_to_one_of(&candidates, clock, deadline).await;
        if let Err(error) = &connected {
            self.tally.note_shortage(error);
        }
        connected.map(|stream| Counted::new(stream, self.tally.traffic()))
    }

    async fn connect_to_one_of(
        &self,
        candidates: &Candidates,
        clock: Clock,
        deadline: Instant,
    ) -> io::Result<TcpStream> {
        let mut left = candidates.addresses.len() as u32;
        for address in &candidates.addresses {
            // No address may use up the time that the others need. The last one
            // is bounded by the caller's timer, so a target with a single
            // address needs none here.
            if left == 1 {
                return self.connect_to(address, candidates, clock, deadline).await;
            }
            let now = clock.now();
            let share = deadline.since(now) / left;
            let attempt = self.connect_to(address, candidates, clock, now + share);
            match tokio::time::timeout(share, attempt).await {
                Ok(Err(error)) if is_shortage(&error) => return Err(error),
                Ok(Ok(stream)) => return Ok(stream),
                // This address failed; the next one may work.
                Ok(Err(_)) | Err(_) => left -= 1,
            }
        }
        Err(io::ErrorKind::AddrNotAvailable.into())
    }

    async fn connect_to(
        &self,
        address: &Address,
        candidates: &Candidates,
        clock: Clock,
        deadline: Instant,
    ) -> io::Result<TcpStream> {
        let socket = self.socket_for(address.address, candidates)?;
        let mut attempt = Attempt {
            connector: self,
            address,
            clock,
            deadline,
            is_over: false,
        };
        let connected = socket.connect(address.address).await;
        attempt.is_over = true;
        match &connected {
            Ok(_) => address.on_connected(),
            Err(error) if is_shortage(error) => {}
            Err(_) => self.note_failure(address, clock.now()),
        }
        connected
    }

    fn socket_for(&self, address: SocketAddr, candidates: &Candidates) -> io::Result<TcpSocket> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // Commands are small and each waits for its reply: Nagle's algorithm
        // would hold the second part of a message back until the peer's delayed
        // ACK.
        socket.set_nodelay(true)?;
        if let Some(source) = self.source_for(address, candidates) {
            socket.bind(SocketAddr::new(source, 0))?;
        }
        Ok(socket)
    }

    fn note_failure(&self, address: &Address, now: Instant) {
        address.on_failed(now);
        if let Some(follower) = self.follower.get() {
            follower.wake();
        }
    }

    /// Does the TLS handshake.
    pub(super) async fn secure(&self, stream: Counted) -> io::Result<Box<TlsStream<Raw>>> {
        let (connector, name) = self
            .tls
            .as_ref()
            .expect("a dialogue asks for TLS only where the target has it");
        let connecting = connector.connect(name.clone(), Raw::new(stream));
        match connecting.into_fallible().await {
            Ok(stream) => {
                let stream = Box::new(stream);
                self.tally.note(&stream);
                Ok(stream)
            }
            Err((error, mut raw)) => {
                let spoken = poll_fn(|cx| Poll::Ready(raw.read_plaintext(cx))).await;
                Err(match spoken {
                    Some(text) => io::Error::other(Plaintext(text)),
                    None => error,
                })
            }
        }
    }

    fn source_for(&self, address: SocketAddr, candidates: &Candidates) -> Option<IpAddr> {
        let fits = |source: &&IpAddr| source.is_ipv4() == address.is_ipv4();
        let fitting = self.sources.iter().filter(fits).count();
        let nth = (candidates.turn / candidates.addresses.len()).checked_rem(fitting)?;
        self.sources.iter().filter(fits).nth(nth).copied()
    }
}

/// A connection attempt in progress. If it is dropped because it took too long,
/// it counts as failed; if it is dropped before that, it was only no longer
/// needed.
struct Attempt<'a> {
    connector: &'a Connector,
    address: &'a Address,
    clock: Clock,
    deadline: Instant,
    is_over: bool,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let now = self.clock.now();
        if !self.is_over && now >= self.deadline {
            self.connector.note_failure(self.address, now);
        }
    }
}

/// Whether the error is a shortage on this machine, which no other address
/// avoids.
fn is_shortage(error: &io::Error) -> bool {
    matches!(
        socket_failure(error),
        SocketFailure::OutOfFiles | SocketFailure::OutOfPorts | SocketFailure::OutOfMemory
    )
}

fn tls(
    config: &ConnectorConfig,
    host: &str,
    chain: Option<&Arc<PeerCertificates>>,
) -> Result<Option<(TlsConnector, ServerName<'static>)>, InvalidTls> {
    if config.tls == TlsMode::None {
        return Ok(None);
    }
    let tls = Arc::new(client_config(&config.tls_settings, chain)?);
    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        rustls::Error::General(format!(
            "invalid server name `{host}`: expected a host name or an IP address"
        ))
    })?;
    Ok(Some((TlsConnector::from(tls), name)))
}
