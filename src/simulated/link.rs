//! A connection: delays, the portions in which bytes arrive, and where it breaks.

use std::collections::VecDeque;
use std::time::Duration;

use crate::vocabulary::Instant;

/// A unit of data on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes(Vec<u8>),
    /// A flight of the TLS handshake, by its number.
    Flight(u8),
    /// The peer closed the connection, or it broke.
    End,
}

/// Where a connection breaks, for both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// After this many bytes have reached the client.
    AtClient(usize),
    /// After this many bytes have reached the server.
    AtServer(usize),
}

/// Properties of a connection.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// One-way delays, used in turn; units arrive in order.
    pub(super) delays: Vec<Duration>,
    /// Maximum bytes of each arrival, used in turn.
    pub(super) portions: Vec<usize>,
    pub(super) cut: Option<Cut>,
    /// Total bytes that the client's socket accepts: simulates a server that stops
    /// reading.
    pub(super) takes: usize,
    /// TLS 1.2: two round trips for the handshake instead of one.
    pub(super) tls_12: bool,
}

impl Link {
    /// A connection without faults.
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
    /// Units that have arrived and are not read yet.
    pub(super) unread: VecDeque<Unit>,
}

impl Lane {
    /// Sends a unit now; returns when its portions arrive.
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

    /// Receives a unit up to the point where the connection breaks; true if it breaks.
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
