//! One session with one message, run by the driver, and the events it reported.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::net::tally::Carried;
use crate::net::{Connector, Session, TlsSettings, TlsVersion};
use crate::scenario::{Target, TargetKind};
use crate::simulated::observer::SimulatedObserver;
use crate::smtp::{Config, Dialogue, Outgoing, Timeouts, TlsMode};
use crate::sys::clock::Clock;
use crate::vocabulary::{CauseBuf, Outcome, Phase, SlotId, Ticket};

/// Longer than any test should take on any machine.
const WATCH_DOG: Duration = Duration::from_secs(50);

/// What a client asks for.
pub(super) struct Client {
    pub(super) tls: TlsMode,
    /// Bytes of content.
    pub(super) size: usize,
    /// The one phase with a short time-out.
    pub(super) impatient: Option<Phase>,
    /// Whether the server's certificate is verified.
    pub(super) verified: bool,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            tls: TlsMode::None,
            size: 100,
            impatient: None,
            verified: false,
        }
    }
}

impl Client {
    /// Sends one message to that server; returns the message's outcome.
    pub(super) fn send(&self, address: SocketAddr) -> (Outcome, CauseBuf) {
        let (outcome, why, _) = self.send_and_count(address);
        (outcome, why)
    }

    /// The same, and what the connection carried.
    pub(super) fn send_and_count(&self, address: SocketAddr) -> (Outcome, CauseBuf, Carried) {
        let mut listener = SimulatedObserver::default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let session = self.session(address, &mut listener);
        let watched = async { tokio::time::timeout(WATCH_DOG, session).await };
        let carried = runtime.block_on(watched).expect("the session hangs");
        let mut log = listener.log;
        assert_eq!(log.ended.len(), 1, "{:?}", log.story);
        assert_eq!(log.sessions.len(), 1, "{:?}", log.story);
        let ended = log.ended.remove(0);
        (ended.outcome, ended.why, carried)
    }

    async fn session(&self, address: SocketAddr, listener: &mut SimulatedObserver) -> Carried {
        let connector = Connector::new(
            &self.target(address).connector_config(),
            "localhost",
            vec![address],
        );
        let connector = Arc::new(connector.unwrap());
        let clock = Clock::start();
        let ticket = Ticket::new(0, clock.now());
        let dialogue = Dialogue::new(self.config(), SlotId(0), Outgoing::new(self.content()));
        let mut session = Session::new(dialogue, connector.clone(), clock, listener);
        session.begin(ticket, |outgoing| {
            outgoing.start("a@example.com");
            outgoing.recipient("b@example.com");
        });
        session.open().await;
        session.quit().await;
        drop(session);
        connector.tally().carried()
    }

    pub(super) fn target(&self, address: SocketAddr) -> Target {
        Target {
            kind: TargetKind::Smtp {
                host: address.ip().to_string(),
                port: address.port(),
            },
            tls: self.tls,
            tls_settings: TlsSettings {
                versions: vec![TlsVersion::V12, TlsVersion::V13],
                key_exchange: Vec::new(),
                resumption: false,
                ca_file: None,
                insecure: !self.verified,
            },
            ehlo_name: "client.example".to_owned(),
            pipelining: false,
            source_addresses: Vec::new(),
            ceilings: crate::scenario::Ceilings::default(),
        }
    }

    fn config(&self) -> Arc<Config> {
        let mut timeouts = Timeouts::default();
        if let Some(phase) = self.impatient {
            timeouts.set(phase, Duration::from_millis(150));
        }
        Arc::new(Config {
            tls: self.tls,
            ehlo_name: "client.example".to_owned(),
            sasl: None,
            pipelining: false,
            timeouts,
        })
    }

    fn content(&self) -> Arc<[u8]> {
        let line = [b'x'; 62].into_iter().chain(*b"\r\n");
        let lines = line.cycle().take(self.size.next_multiple_of(64));
        lines.chain(*b".\r\n").collect()
    }
}
