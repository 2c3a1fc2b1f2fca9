//! The loop: the next thing that happens, happens.
//!
//! What happens at the same moment happens in the order in which it was set
//! off, except that deadlines come last: as in `net`, what has arrived by then
//! is in time.

use std::collections::BTreeMap;

use super::client::Client;
use super::link::Unit;
use super::log::Log;
use super::network::Connection;
use super::scene::{Played, Scene, Servers};
use crate::engine::handover::Handover;
use crate::schedule::Schedule;
use crate::smtp::{Dialogue, Failure, Outgoing};
use crate::vocabulary::{Event, Instant, Observe, SlotId, Ticket};

/// Something that is going to happen.
#[derive(Clone, Debug)]
pub(super) enum Due {
    /// The schedule wants a message.
    Release(u64),
    /// The client's side of a connection is there, or the server's.
    Connected(usize),
    Accepted(usize),
    ToClient(usize, Unit),
    ToServer(usize, Unit),
    /// A server has something to do.
    Server(usize),
    /// A slot's patience may be at its end, or its back-off.
    Client(usize),
    /// Whatever still goes on is cut off.
    Curtain,
}

pub(super) struct World {
    pub(super) now: Instant,
    pub(super) scene: Scene,
    pub(super) handover: Handover,
    pub(super) clients: Vec<Client>,
    pub(super) connections: Vec<Connection>,
    pub(super) log: Log,
    agenda: BTreeMap<(Instant, u8, u64), Due>,
    set_off: u64,
    schedule: Schedule,
    pub(super) servers: Servers,
    pub(super) carried: (Vec<u8>, Vec<u8>),
}

impl World {
    pub(super) fn new(scene: Scene) -> Self {
        let servers = Servers::new(&scene);
        let config = scene.config(&servers.account);
        let content = scene.content();
        let client = |slot| {
            let outgoing = Outgoing::new(content.clone());
            Client::new(Dialogue::new(config.clone(), SlotId(slot), outgoing))
        };
        let mut world = Self {
            now: Instant::ORIGIN,
            handover: Handover::new(scene.sessions as usize),
            clients: (0..scene.sessions).map(client).collect(),
            connections: Vec::new(),
            log: Log::default(),
            agenda: BTreeMap::new(),
            set_off: 0,
            schedule: scene.schedule(),
            servers,
            carried: Default::default(),
            scene,
        };
        world.release_later(0);
        world.at(Instant::ORIGIN + world.scene.cut_at, Due::Curtain);
        world
    }

    pub(super) fn run(mut self) -> Played {
        for slot in 0..self.clients.len() {
            self.advance(slot);
        }
        while let Some(((at, _, _), due)) = self.agenda.pop_first() {
            self.now = at;
            self.happen(due);
        }
        Played {
            mock: self.servers.account.counts(),
            connections: self.connections.len(),
            log: self.log,
            carried: self.carried,
        }
    }

    /// Sets something off.
    pub(super) fn at(&mut self, at: Instant, due: Due) {
        let class = u8::from(matches!(due, Due::Client(_)));
        self.set_off += 1;
        self.agenda
            .insert((at.max(self.now), class, self.set_off), due);
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Release(index) => self.release(index),
            Due::Connected(number) => self.connected(number),
            Due::Accepted(number) => self.serve(number, true),
            Due::ToClient(number, unit) => self.reach_client(number, unit),
            Due::ToServer(number, unit) => self.reach_server(number, unit),
            Due::Server(number) => self.serve(number, false),
            Due::Client(slot) => self.look_at_deadline(slot),
            Due::Curtain => self.curtain(),
        }
    }

    fn release_later(&mut self, index: u64) {
        if let Some(due) = self.schedule.due(index) {
            let intended = Instant::ORIGIN + Scene::START + due;
            self.at(intended, Due::Release(index));
        }
    }

    fn release(&mut self, index: u64) {
        let message = Ticket {
            index,
            intended: self.now,
            attempt: 1,
            prompt: false,
        };
        self.log.observe(self.now, &Event::Scheduled { message });
        if let Some((slot, ticket)) = self.handover.release(message) {
            self.give(slot, ticket);
        }
        self.release_later(index + 1);
    }

    fn curtain(&mut self) {
        for slot in 0..self.clients.len() {
            let client = &mut self.clients[slot];
            client
                .dialogue
                .failed(&Failure::Cut, self.now, &mut self.log);
            client.leaving = true;
        }
        for ticket in self.handover.take_waiting() {
            self.log.unsent(ticket, self.now);
        }
        self.agenda.clear();
    }

    /// Once every message has ended, slots with nothing to do say goodbye.
    pub(super) fn close_if_done(&mut self) {
        if (self.log.ended.len() as u64) < self.schedule.count() {
            return;
        }
        for slot in self.handover.close() {
            let client = &mut self.clients[slot.0 as usize];
            client.waiting = false;
            client.leaving = true;
            if client.connection.is_some() {
                client.dialogue.quit(self.now);
            }
            self.advance(slot.0 as usize);
        }
    }
}
