//! What is counted over all connections of a run: handshakes, shortages, bytes.
//!
//! Once a session, whatever it carries; nothing here is written while messages are sent.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rustls::HandshakeKind;
use tokio_rustls::client::TlsStream;

use super::facts::TlsRecord;
use super::failure::socket_failure;
use super::raw::Raw;
use crate::vocabulary::SocketFailure;

/// Counts over all connections of a run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    full: AtomicU64,
    resumed: AtomicU64,
    hello_retry_requests: AtomicU64,
    files_exhausted: AtomicU64,
    ports_exhausted: AtomicU64,
    traffic: Arc<Traffic>,
    facts: Mutex<Option<TlsRecord>>,
}

/// Bytes of the connections that were closed.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    connections: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

/// Connections that were closed, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    /// Their number.
    pub(crate) connections: u64,
    /// Bytes that their sockets took.
    pub(crate) sent: u64,
    /// Bytes that were read from them.
    pub(crate) received: u64,
}

impl Tally {
    /// Full handshakes, resumed ones, and those with a HelloRetryRequest (which
    /// also count as full).
    pub(crate) fn handshakes(&self) -> (u64, u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let retried = read(&self.hello_retry_requests);
        (read(&self.full), read(&self.resumed), retried)
    }

    /// How often this machine was out of file descriptors (EMFILE, ENFILE), and
    /// how often out of local ports or addresses.
    pub(crate) fn shortages(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.files_exhausted), read(&self.ports_exhausted))
    }

    /// What the connections that were closed so far carried.
    pub(crate) fn carried(&self) -> Carried {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Carried {
            connections: read(&self.traffic.connections),
            sent: read(&self.traffic.sent),
            received: read(&self.traffic.received),
        }
    }

    /// The TLS facts of the first handshake.
    pub(crate) fn tls_facts(&self) -> Option<TlsRecord> {
        self.facts.lock().ok()?.clone()
    }

    /// Where a connection adds its bytes when it is closed.
    pub(super) fn traffic(&self) -> Arc<Traffic> {
        self.traffic.clone()
    }

    /// Resets the counts of handshakes and bytes, but keeps the TLS facts.
    pub(super) fn forget_counts(&self) {
        let handshakes = [&self.full, &self.resumed, &self.hello_retry_requests];
        let traffic = &self.traffic;
        let traffic = [&traffic.connections, &traffic.sent, &traffic.received];
        for count in handshakes.into_iter().chain(traffic) {
            count.store(0, Ordering::Relaxed);
        }
    }

    pub(super) fn note_shortage(&self, error: &io::Error) {
        let count = match socket_failure(error) {
            SocketFailure::OutOfFiles => &self.files_exhausted,
            SocketFailure::OutOfPorts => &self.ports_exhausted,
            _ => return,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn note(&self, stream: &TlsStream<Raw>) {
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
            facts.get_or_insert_with(|| TlsRecord::of(connection));
        }
    }
}

impl Traffic {
    /// Adds a connection that is closed.
    pub(super) fn add(&self, sent: u64, received: u64) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.sent.fetch_add(sent, Ordering::Relaxed);
        self.received.fetch_add(received, Ordering::Relaxed);
    }
}
