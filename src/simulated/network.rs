//! Connections of the simulated world: opening, breaks, stalls, and their data.

use std::time::Duration;

use super::link::{Cut, Lane, Link, Unit};
use super::peer::{Acts, Peer};
use super::world::{Due, World};
use crate::vocabulary::Instant;

/// A connection between a slot and a server.
pub(super) struct Connection {
    pub(super) slot: usize,
    pub(super) link: Link,
    peer: Peer,
    pub(super) to_client: Lane,
    to_server: Lane,
    /// Bytes that the client's socket has accepted.
    pub(super) taken: usize,
    accepted: bool,
    broken: bool,
}

impl World {
    /// Opens a connection for a slot. TCP needs one round trip for the client, and
    /// another half until the server has the connection.
    pub(super) fn dial(&mut self, slot: usize) {
        let number = self.connections.len();
        let link = (self.scene.links)(number);
        let one_way = link.delays[0];
        self.connections.push(Connection {
            slot,
            peer: self.servers.answer(number, &link),
            link,
            to_client: Lane::default(),
            to_server: Lane::default(),
            taken: 0,
            accepted: false,
            broken: false,
        });
        self.clients[slot].connection = Some(number);
        self.at(self.now + one_way * 2, Due::Connected(number));
        self.at(self.now + one_way * 3, Due::Accepted(number));
    }

    pub(super) fn connected(&mut self, number: usize) {
        let slot = self.connections[number].slot;
        if self.clients[slot].connection == Some(number) {
            self.clients[slot]
                .slot
                .dialogue()
                .connected(self.now, &mut self.observer);
            self.advance(slot);
        }
    }

    /// The client sends a unit.
    pub(super) fn say(&mut self, number: usize, unit: Unit) {
        if number == 0
            && let Unit::Bytes(bytes) = &unit
        {
            self.carried.1.extend_from_slice(bytes);
        }
        let connection = &mut self.connections[number];
        // Data arrives after the last packet of the TCP handshake.
        let portions = connection
            .to_server
            .depart(unit, &connection.link, self.now);
        for (at, portion) in portions {
            self.at(at, Due::ToServer(number, portion));
        }
    }

    pub(super) fn reach_server(&mut self, number: usize, unit: Unit) {
        let connection = &mut self.connections[number];
        if connection.broken {
            return;
        }
        let cut = match connection.link.cut {
            Some(Cut::AtServer(bytes)) => Some(bytes),
            _ => None,
        };
        if connection.to_server.arrive(unit, cut) {
            let one_way = connection.link.delays[0];
            return self.break_off(number, one_way);
        }
        self.serve(number, false);
    }

    pub(super) fn reach_client(&mut self, number: usize, unit: Unit) {
        let connection = &mut self.connections[number];
        if connection.broken {
            return;
        }
        let cut = match connection.link.cut {
            Some(Cut::AtClient(bytes)) => Some(bytes),
            _ => None,
        };
        if connection.to_client.arrive(unit, cut) {
            return self.break_off(number, Duration::ZERO);
        }
        let slot = connection.slot;
        if self.clients[slot].connection == Some(number) {
            self.advance(slot);
        }
    }

    /// Breaks the connection; the client notices it after a delay.
    fn break_off(&mut self, number: usize, after: Duration) {
        let connection = &mut self.connections[number];
        connection.broken = true;
        connection.to_server.unread.push_back(Unit::End);
        let slot = connection.slot;
        self.serve(number, false);
        self.connections[number]
            .to_client
            .unread
            .push_back(Unit::End);
        match after.is_zero() {
            true if self.clients[slot].connection == Some(number) => self.advance(slot),
            true => {}
            false => self.at(self.now + after, Due::Client(slot)),
        }
    }

    /// Lets the server act, unless it is stalled or does not have the connection yet.
    pub(super) fn serve(&mut self, number: usize, accepted: bool) {
        if let Some(until) = self.stalled_until(number) {
            let later = match accepted {
                true => Due::Accepted(number),
                false => Due::Server(number),
            };
            return self.at(until, later);
        }
        let connection = &mut self.connections[number];
        connection.accepted |= accepted;
        if !connection.accepted {
            return;
        }
        let greeting = match accepted {
            true => connection.peer.connected(self.now),
            false => None,
        };
        let unread = &mut connection.to_server.unread;
        let acts = connection.peer.act(unread, self.now);
        self.carry_out(number, greeting, acts);
    }

    fn carry_out(&mut self, number: usize, greeting: Option<Unit>, acts: Acts) {
        for unit in greeting.into_iter().chain(acts.says) {
            if let (0, Unit::Bytes(bytes)) = (number, &unit) {
                self.carried.0.extend_from_slice(bytes);
            }
            let connection = &mut self.connections[number];
            let portions = connection
                .to_client
                .depart(unit, &connection.link, self.now);
            for (at, portion) in portions {
                self.at(at, Due::ToClient(number, portion));
            }
        }
        if let Some(wakes) = acts.wakes {
            self.at(wakes, Due::Server(number));
        }
    }

    fn stalled_until(&self, number: usize) -> Option<Instant> {
        let now = self.now.since(Instant::ORIGIN);
        let stalls = self.scene.stalls.iter();
        let mut under_way = stalls.filter(|stall| {
            stall.connections.contains(&number) && (stall.from..stall.until).contains(&now)
        });
        let until = under_way.next().map(|stall| stall.until);
        until.map(|until| Instant::ORIGIN + until)
    }
}
