//! A connection: how long bytes take, in what portions they arrive, where it
//! breaks.

use std::collections::VecDeque;
use std::time::Duration;

use crate::vocabulary::Instant;

/// What travels over a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes(Vec<u8>),
    /// A flight of the TLS handshake, by its number.
    Flight(u8),
    /// The other side closed, or the connection broke.
    End,
}

/// Where a connection breaks, for both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// When so many bytes have reached the client.
    AtClient(usize),
    /// When so many bytes have reached the server.
    AtServer(usize),
}

/// What a connection is like.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// One-way delays, used in turn; no unit overtakes another.
    pub(super) delays: Vec<Duration>,
    /// Most bytes of each arrival, used in turn.
    pub(super) portions: Vec<usize>,
    pub(super) cut: Option<Cut>,
    /// Bytes that the client's socket takes in all: a server that stops
    /// reading, seen from here.
    pub(super) takes: usize,
    /// Two round trips for the handshake, not one.
    pub(super) tls_12: bool,
}

impl Link {
    /// A sound one.
    pub(super) fn of(one_way: Duration) -> Self {
        Self {
            delays: vec![one_way],
            portions: vec![usize::MAX],
            cut: None,
            takes: usize::MAX,
            tls_12: false,
        }
    }
}

/// One direction of a connection.
#[derive(Debug, Default)]
pub(super) struct Lane {
    turn: usize,
    portion: usize,
    /// When the last unit arrives.
    last: Instant,
    /// Bytes that have arrived.
    arrived: usize,
    /// What has arrived and was not read.
    pub(super) unread: VecDeque<Unit>,
}

impl Lane {
    /// When and in what portions a unit arrives that leaves now.
    pub(super) fn depart(&mut self, unit: Unit, link: &Link, now: Instant) -> Vec<(Instant, Unit)> {
        let at = self.arrival(link, now);
        let Unit::Bytes(bytes) = unit else {
            return vec![(at, unit)];
        };
        let mut rest = bytes.as_slice();
        let mut portions = Vec::new();
        while !rest.is_empty() {
            let most = link.portions[self.portion % link.portions.len()];
            self.portion += 1;
            let (portion, later) = rest.split_at(most.max(1).min(rest.len()));
            let at = match portions.is_empty() {
                true => at,
                false => self.arrival(link, now),
            };
            portions.push((at, Unit::Bytes(portion.to_vec())));
            rest = later;
        }
        portions
    }

    /// Takes what arrives, as much as the cut lets through; true when the
    /// connection breaks by it.
    pub(super) fn arrive(&mut self, unit: Unit, breaks_after: Option<usize>) -> bool {
        let Unit::Bytes(mut bytes) = unit else {
            self.unread.push_back(unit);
            return false;
        };
        let left = breaks_after.map_or(usize::MAX, |after| after - self.arrived);
        let breaks = bytes.len() >= left;
        bytes.truncate(left);
        self.arrived += bytes.len();
        if !bytes.is_empty() {
            self.unread.push_back(Unit::Bytes(bytes));
        }
        breaks
    }

    fn arrival(&mut self, link: &Link, now: Instant) -> Instant {
        let delay = link.delays[self.turn % link.delays.len()];
        self.turn += 1;
        self.last = self.last.max(now + delay);
        self.last
    }
}
