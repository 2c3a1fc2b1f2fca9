//! Moves bytes for a slot: `net`'s driver in the simulated world.

use super::link::Unit;
use super::world::World;
use crate::smtp::StepFailure;
use crate::vocabulary::{Failure, SocketFailure, TlsFailure};

impl World {
    pub(super) fn say_of(&mut self, slot: usize, unit: Unit) {
        if let Some(number) = self.clients[slot].connection {
            self.say(number, unit);
        }
    }

    pub(super) fn send(&mut self, slot: usize, bytes: Vec<u8>) -> bool {
        let Some(number) = self.clients[slot].connection else {
            return false;
        };
        let connection = &mut self.connections[number];
        let room = connection.link.takes - connection.taken;
        if bytes.len() > room {
            return self.fail_to_send(slot, number, bytes, room);
        }
        connection.taken += bytes.len();
        self.say(number, Unit::Bytes(bytes));
        self.clients[slot]
            .slot
            .dialogue()
            .sent(self.now, &mut self.observer);
        true
    }

    /// The socket accepts a part of the bytes and no more. Once the server has closed
    /// the connection, that is an error.
    fn fail_to_send(&mut self, slot: usize, number: usize, bytes: Vec<u8>, room: usize) -> bool {
        let connection = &mut self.connections[number];
        connection.taken += room;
        let hung_up = connection.to_client.unread.back() == Some(&Unit::End);
        if room > 0 {
            self.say(number, Unit::Bytes(bytes[..room].to_vec()));
        }
        if hung_up {
            let failure = Failure::Socket(SocketFailure::BrokenPipe);
            let failure = StepFailure::new(failure, "Broken pipe".to_owned());
            self.clients[slot]
                .slot
                .dialogue()
                .failed(failure, self.now, &mut self.observer);
        }
        hung_up
    }

    /// Reads once.
    pub(super) fn listen(&mut self, slot: usize) -> bool {
        let client = &mut self.clients[slot];
        let Some(number) = client.connection else {
            return false;
        };
        let Some(unit) = self.connections[number].to_client.unread.pop_front() else {
            return false;
        };
        match unit {
            Unit::Flight(flight) => self.shake_hands(slot, flight),
            Unit::End => client
                .slot
                .dialogue()
                .filled(0, self.now, &mut self.observer),
            Unit::Bytes(_) if client.securing => {
                let failure = Failure::Tls(TlsFailure::NotTls);
                let failure = StepFailure::new(failure, "TLS: no handshake".to_owned());
                client
                    .slot
                    .dialogue()
                    .failed(failure, self.now, &mut self.observer);
            }
            Unit::Bytes(bytes) => self.read(slot, number, bytes),
        }
        true
    }

    /// Reads as much as there is space for; the rest stays unread.
    fn read(&mut self, slot: usize, number: usize, mut bytes: Vec<u8>) {
        let dialogue = self.clients[slot].slot.dialogue();
        let space = dialogue.space();
        let count = space.len().min(bytes.len());
        let rest = bytes.split_off(count);
        space[..count].copy_from_slice(&bytes);
        dialogue.filled(count, self.now, &mut self.observer);
        if !rest.is_empty() {
            let unread = &mut self.connections[number].to_client.unread;
            unread.push_front(Unit::Bytes(rest));
        }
    }

    fn shake_hands(&mut self, slot: usize, flight: u8) {
        let client = &mut self.clients[slot];
        let last = client.connection.is_none_or(|number| {
            let tls_12 = self.connections[number].link.tls_12;
            flight == if tls_12 { 4 } else { 2 }
        });
        if flight == 2 {
            self.say_of(slot, Unit::Flight(3));
        }
        if last {
            let client = &mut self.clients[slot];
            client.securing = false;
            client.slot.dialogue().secured(self.now, &mut self.observer);
        }
    }
}
