//! Making connections: to every address of the target in turn, from every
//! source address in turn, and with the run's one TLS configuration.

use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::errno::Errno;
use rustls::HandshakeKind;
use rustls::pki_types::ServerName;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::certificate::Certificate;
use super::chain::Chain;
use super::facts::TlsFacts;
use super::tls::{InvalidTls, client_config};
use crate::scenario::{Target, TlsMode};

/// The target's name leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("{host}:{port}: {reason}")]
pub struct UnknownHost {
    host: String,
    port: u16,
    reason: String,
}

impl UnknownHost {
    /// Why it leads nowhere.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Makes the connections of a run; shared by its workers.
pub struct Connector {
    addresses: Vec<SocketAddr>,
    sources: Vec<IpAddr>,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    turn: AtomicUsize,
    tally: Tally,
    /// What the server showed, where somebody wants to see it.
    chain: Option<Arc<Chain>>,
}

/// What the connections of a run came to.
#[derive(Debug, Default)]
pub struct Tally {
    connections: Vec<AtomicU64>,
    full: AtomicU64,
    resumed: AtomicU64,
    hello_retry_requests: AtomicU64,
    files_exhausted: AtomicU64,
    ports_exhausted: AtomicU64,
    facts: Mutex<Option<TlsFacts>>,
}

impl Connector {
    /// Looks the host up, within `patience`, and makes ready for it.
    pub async fn resolve(
        host: &str,
        port: u16,
        patience: Duration,
    ) -> Result<Vec<SocketAddr>, UnknownHost> {
        let unknown = |reason: String| UnknownHost {
            host: host.to_owned(),
            port,
            reason,
        };
        let looked_up = tokio::time::timeout(patience, tokio::net::lookup_host((host, port))).await;
        let found = looked_up
            .map_err(|_| unknown(format!("the name was not resolved within {patience:?}")))?
            .map_err(|error| unknown(format!("the name does not resolve: {error}")))?;
        let mut addresses: Vec<SocketAddr> = found.collect();
        let mut seen = HashSet::new();
        addresses.retain(|address| seen.insert(*address));
        match addresses.is_empty() {
            true => Err(unknown("the name has no address".to_owned())),
            false => Ok(addresses),
        }
    }

    /// Connects to `addresses`, which are those of `host`, as `target` asks.
    pub fn new(
        target: &Target,
        host: &str,
        addresses: Vec<SocketAddr>,
    ) -> Result<Self, InvalidTls> {
        Self::with(target, host, addresses, None)
    }

    /// The same, and keeps the certificates that the server shows.
    pub fn keeping_certificates(
        target: &Target,
        host: &str,
        addresses: Vec<SocketAddr>,
    ) -> Result<Self, InvalidTls> {
        Self::with(target, host, addresses, Some(Arc::default()))
    }

    fn with(
        target: &Target,
        host: &str,
        addresses: Vec<SocketAddr>,
        chain: Option<Arc<Chain>>,
    ) -> Result<Self, InvalidTls> {
        let connections = addresses.iter().map(|_| AtomicU64::new(0)).collect();
        Ok(Self {
            tls: tls(target, host, chain.as_ref())?,
            chain,
            addresses,
            sources: target.source_addresses.clone(),
            turn: AtomicUsize::new(0),
            tally: Tally {
                connections,
                ..Tally::default()
            },
        })
    }

    /// Of several addresses those that take a connection, and why the others
    /// do not: a name often leads to IPv6 addresses that nobody listens at.
    pub async fn answering(
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

    /// Forgets what the connections came to, but not what TLS settled: the
    /// preflight session is not one of the run's.
    pub fn forget_counts(&self) {
        let tally = &self.tally;
        let counts = [&tally.full, &tally.resumed, &tally.hello_retry_requests];
        for count in tally.connections.iter().chain(counts) {
            count.store(0, Ordering::Relaxed);
        }
    }

    /// The certificates that the server showed first, its own before others; none
    /// unless they were to be kept.
    pub fn certificates(&self) -> Vec<Certificate> {
        self.chain
            .as_ref()
            .map(|chain| chain.read())
            .unwrap_or_default()
    }

    /// What the connections came to so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Each address with the number of connections made to it.
    pub fn connections(&self) -> Vec<(SocketAddr, u64)> {
        let counts = self.tally.connections.iter();
        let counts = counts.map(|count| count.load(Ordering::Relaxed));
        self.addresses.iter().copied().zip(counts).collect()
    }

    /// Makes the next TCP connection.
    pub(super) async fn connect(&self) -> io::Result<TcpStream> {
        let connected = self.try_connect().await;
        if let Err(error) = &connected {
            self.tally.note_shortage(error);
        }
        connected
    }

    async fn try_connect(&self) -> io::Result<TcpStream> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let at = turn % self.addresses.len();
        let address = self.addresses[at];
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // Commands are small and each waits for its answer: Nagle's algorithm
        // would hold the second part of a message for the peer's delayed ACK.
        socket.set_nodelay(true)?;
        if let Some(source) = self.source_for(address, turn) {
            socket.bind(SocketAddr::new(source, 0))?;
        }
        let stream = socket.connect(address).await?;
        self.tally.connections[at].fetch_add(1, Ordering::Relaxed);
        Ok(stream)
    }

    /// Does the TLS handshake.
    pub(super) async fn secure(&self, stream: TcpStream) -> io::Result<Box<TlsStream<TcpStream>>> {
        let (connector, name) = self
            .tls
            .as_ref()
            .expect("a dialogue asks for TLS only where the target has it");
        let stream = Box::new(connector.connect(name.clone(), stream).await?);
        self.tally.note(&stream);
        Ok(stream)
    }

    fn source_for(&self, address: SocketAddr, turn: usize) -> Option<IpAddr> {
        let fits = |source: &&IpAddr| source.is_ipv4() == address.is_ipv4();
        let fitting = self.sources.iter().filter(fits).count();
        let nth = (turn / self.addresses.len()).checked_rem(fitting)?;
        self.sources.iter().filter(fits).nth(nth).copied()
    }
}

impl Tally {
    /// Full, resumed, and with a HelloRetryRequest (counted among the full).
    pub fn handshakes(&self) -> (u64, u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let retried = read(&self.hello_retry_requests);
        (read(&self.full), read(&self.resumed), retried)
    }

    /// How often this side had no file descriptor, and how often no local
    /// port or address, for a connection.
    pub fn shortages(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.files_exhausted), read(&self.ports_exhausted))
    }

    /// What the first handshake settled.
    pub fn tls_facts(&self) -> Option<TlsFacts> {
        self.facts.lock().ok()?.clone()
    }

    fn note_shortage(&self, error: &io::Error) {
        let count = match error.raw_os_error().map(Errno::from_raw) {
            Some(Errno::EMFILE | Errno::ENFILE) => &self.files_exhausted,
            // From a source address of the scenario's, bind says EADDRINUSE.
            Some(Errno::EADDRNOTAVAIL | Errno::EADDRINUSE) => &self.ports_exhausted,
            _ => return,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    fn note(&self, stream: &TlsStream<TcpStream>) {
        let connection = stream.get_ref().1;
        match connection.handshake_kind() {
            Some(HandshakeKind::Resumed) => self.resumed.fetch_add(1, Ordering::Relaxed),
            _ => self.full.fetch_add(1, Ordering::Relaxed),
        };
        if connection.handshake_kind() == Some(HandshakeKind::FullWithHelloRetryRequest) {
            self.hello_retry_requests.fetch_add(1, Ordering::Relaxed);
        }
        if self.handshakes().0 + self.handshakes().1 == 1
            && let Ok(mut facts) = self.facts.lock()
        {
            facts.get_or_insert_with(|| TlsFacts::of(connection));
        }
    }
}

fn tls(
    target: &Target,
    host: &str,
    chain: Option<&Arc<Chain>>,
) -> Result<Option<(TlsConnector, ServerName<'static>)>, InvalidTls> {
    if target.tls == TlsMode::None {
        return Ok(None);
    }
    let config = Arc::new(client_config(&target.tls_settings, chain)?);
    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        rustls::Error::General(format!("`{host}` is no name a certificate can have"))
    })?;
    Ok(Some((TlsConnector::from(config), name)))
}
