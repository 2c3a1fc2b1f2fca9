//! The event loop of the simulation: it always processes the earliest event.
//!
//! Events at the same time are processed in the order in which they were scheduled,
//! except that deadlines are last: as in `net`, what has arrived by then is in time.

use std::collections::BTreeMap;

use super::client::Client;
use super::link::Unit;
use super::network::Connection;
use super::observer::SimulatedObserver;
use super::scene::{Played, Scene, Servers};
use crate::dispatch::{Dispatcher, Limiter, RetryQueue};
use crate::schedule::{Arrival, Walk};
use crate::smtp::{Dialogue, Outgoing};
use crate::vocabulary::{Event, Failure, Instant, Observer, SlotId, Ticket};

/// A scheduled event.
#[derive(Clone, Debug)]
pub(super) enum Due {
    /// The schedule releases a message.
    Release(u64),
    /// A connection is established for the client, or for the server.
    Connected(usize),
    Accepted(usize),
    ToClient(usize, Unit),
    ToServer(usize, Unit),
    /// A server acts.
    Server(usize),
    /// A message may be retried.
    Retry,
    /// The limiter may admit an attempt.
    Limiter,
    /// A time-out or back-off of a slot may have ended.
    Client(usize),
    /// Everything still in progress is aborted.
    Cut,
}

pub(super) struct World {
    pub(super) now: Instant,
    pub(super) scene: Scene,
    pub(super) dispatcher: Dispatcher,
    pub(super) clients: Vec<Client>,
    pub(super) connections: Vec<Connection>,
    pub(super) observer: SimulatedObserver,
    agenda: BTreeMap<(Instant, u8, u64), Due>,
    set_off: u64,
    messages: u64,
    arrivals: Walk,
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
        let schedule = scene.schedule();
        let mut world = Self {
            now: Instant::ORIGIN,
            dispatcher: Dispatcher::new(scene.sessions as usize, scene.gap.map(Limiter::new)),
            clients: (0..scene.sessions).map(client).collect(),
            connections: Vec::new(),
            observer: SimulatedObserver::new(RetryQueue::new(scene.retry, 42, scene.retries_left)),
            agenda: BTreeMap::new(),
            set_off: 0,
            messages: schedule.count(),
            arrivals: schedule.arrivals(),
            servers,
            carried: Default::default(),
            scene,
        };
        world.release_next();
        world.at(Instant::ORIGIN + world.scene.cut_at, Due::Cut);
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
            mock: self.servers.observers.counts(),
            connections: self.connections.len(),
            log: self.observer.log,
            carried: self.carried,
        }
    }

    /// Schedules an event.
    pub(super) fn at(&mut self, at: Instant, due: Due) {
        let class = match due {
            Due::Client(_) => 1,
            _ => 0,
        };
        self.set_off += 1;
        self.agenda
            .insert((at.max(self.now), class, self.set_off), due);
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Release(index) => self.release(index),
            Due::Retry => self.retry(),
            Due::Limiter => self.let_through(),
            Due::Connected(number) => self.connected(number),
            Due::Accepted(number) => self.serve(number, true),
            Due::ToClient(number, unit) => self.reach_client(number, unit),
            Due::ToServer(number, unit) => self.reach_server(number, unit),
            Due::Server(number) => self.serve(number, false),
            Due::Client(slot) => self.look_at_deadline(slot),
            Due::Cut => self.cut(),
        }
    }

    fn release_next(&mut self) {
        if let Some(Arrival { index, due }) = self.arrivals.next() {
            let intended = Instant::ORIGIN + Scene::START + due;
            self.at(intended, Due::Release(index));
        }
    }

    fn release(&mut self, index: u64) {
        let message = Ticket::new(index, self.now);
        self.observer
            .on_event(self.now, &Event::Scheduled { message });
        self.hand_over(message);
        self.release_next();
    }

    fn hand_over(&mut self, message: Ticket) {
        if let Some((slot, ticket)) = self.dispatcher.release(message, self.now) {
            self.give(slot, ticket);
        }
        self.look_ahead();
    }

    fn let_through(&mut self) {
        while let Some((slot, ticket)) = self.dispatcher.next(self.now) {
            self.give(slot, ticket);
        }
        self.look_ahead();
    }

    fn retry(&mut self) {
        while let Some(message) = self.observer.retries.take_due(self.now) {
            self.hand_over(message);
        }
    }

    /// Schedules the ends of back-offs, and the next admission by the limiter.
    pub(super) fn look_ahead(&mut self) {
        if let Some(due) = self.observer.retries.next_due() {
            self.at(due, Due::Retry);
        }
        if let Some(opens) = self.dispatcher.opens() {
            self.at(opens, Due::Limiter);
        }
    }

    fn cut(&mut self) {
        for slot in 0..self.clients.len() {
            let client = &mut self.clients[slot];
            client
                .dialogue
                .failed(Failure::Cut.into(), self.now, &mut self.observer);
            client.leaving = true;
        }
        let mut left_over = self.observer.retries.close();
        left_over.extend(self.dispatcher.take_waiting());
        for ticket in left_over {
            self.observer.left_over(ticket, self.now);
        }
        self.agenda.clear();
    }

    /// Once all messages have ended, idle slots send QUIT.
    pub(super) fn close_if_done(&mut self) {
        if (self.observer.log.ended.len() as u64) < self.messages {
            return;
        }
        for slot in self.dispatcher.close() {
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
