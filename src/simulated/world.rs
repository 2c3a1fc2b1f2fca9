//! The event loop of the simulation: it always processes the earliest event.
//!
//! Events at the same time are processed in the order in which they were scheduled,
//! except that deadlines are last: as in `net`, what has arrived by then is in time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::client::Client;
use super::link::Unit;
use super::network::Connection;
use super::observer::SimulatedObserver;
use super::scene::{Played, Scene, Servers};
use crate::dispatch::{
    ClosedFeed, Dispatcher, Lifecycle, Limiter, RetryQueue, Scout, SessionLimiter, Slot, ahead,
};
use crate::measure::{Timeline, Timing};
use crate::schedule::{Arrival, Shard, Walk};
use crate::smtp::Outgoing;
use crate::vocabulary::{Event, Instant, Observer, SlotId, Ticket};

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
    /// A slot in back-off may be sent ahead.
    Scout,
    /// A time-out or back-off of a slot may have ended.
    Client(usize),
    /// The clock starts.
    Start,
    /// A deadline of the run.
    Control,
    /// The user interrupts the run, that many times.
    Interrupt(u32),
    /// Sessions have not ended in time.
    Abort,
}

pub(super) struct World {
    pub(super) now: Instant,
    pub(super) scene: Scene,
    pub(super) lifecycle: Lifecycle,
    pub(super) timeline: Timeline,
    /// Until when messages may finish, once the schedule is over.
    pub(super) drains_until: Option<Instant>,
    pub(super) interrupts: u32,
    /// When the controller notices that the run was stopped.
    pub(super) notices_stop: Option<Instant>,
    pub(super) dispatcher: Dispatcher,
    /// The closed model's messages, and their limiter.
    pub(super) closed: Option<ClosedFeed>,
    pub(super) closed_limiter: Option<Limiter>,
    pub(super) session_limiter: SessionLimiter,
    pub(super) scout: Scout,
    /// The slots in back-off, in order, and when the first may be sent ahead.
    pub(super) scouts: VecDeque<usize>,
    pub(super) next_scout: Option<Instant>,
    /// When the slots of the closed model look for the next retry.
    next_retry: Option<Instant>,
    pub(super) clients: Vec<Client>,
    pub(super) connections: Vec<Connection>,
    pub(super) observer: SimulatedObserver,
    agenda: BTreeMap<(Instant, u8, u64), Due>,
    set_off: u64,
    pub(super) messages: u64,
    arrivals: Walk,
    pub(super) servers: Servers,
    pub(super) carried: (Vec<u8>, Vec<u8>),
}

impl World {
    pub(super) fn new(scene: Scene) -> Self {
        let servers = Servers::new(&scene);
        let config = scene.config(&servers.account);
        let content = scene.content();
        let rules = scene.rules();
        let client = |slot| {
            let outgoing = Outgoing::new(content.clone());
            Client::new(Slot::new(SlotId(slot), rules, config.clone(), outgoing))
        };
        let schedule = scene.schedule();
        let limiter = scene.gap.map(Limiter::new);
        let timeline = Timeline::new(Timing {
            warm_up: Duration::ZERO,
            open_model: !scene.closed,
            recipients: scene.recipients as u32,
        });
        let rate = scene.session_rate.map(|rate| rate.parse().unwrap());
        let retries = RetryQueue::new(scene.retry, 42, scene.retries_left);
        let closed = ClosedFeed::new(timeline.clone(), scene.length(), Shard::WHOLE, None);
        let mut world = Self {
            now: Instant::ORIGIN,
            lifecycle: Lifecycle::Opening,
            timeline,
            drains_until: None,
            interrupts: 0,
            notices_stop: None,
            dispatcher: Dispatcher::new(scene.sessions as usize, limiter.clone()),
            closed: scene.closed.then_some(closed),
            closed_limiter: limiter,
            session_limiter: SessionLimiter::new(rate, scene.sessions),
            scout: Scout::new(ahead(scene.sessions)),
            scouts: VecDeque::new(),
            next_scout: None,
            next_retry: None,
            clients: (0..scene.sessions).map(client).collect(),
            connections: Vec::new(),
            observer: SimulatedObserver::new(retries, scene.stop_on_quota),
            agenda: BTreeMap::new(),
            set_off: 0,
            messages: schedule.count(),
            arrivals: schedule.arrivals(),
            servers,
            carried: Default::default(),
            scene,
        };
        world.at(Instant::ORIGIN + Scene::START, Due::Start);
        if let Some(at) = world.scene.interrupt_at {
            world.at(Instant::ORIGIN + at, Due::Interrupt(1));
        }
        world.at(Instant::ORIGIN + world.scene.cut_at, Due::Interrupt(2));
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
            stopped: self.observer.stopped,
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
            Due::Accepted(number) => return self.serve(number, true),
            Due::ToServer(number, unit) => return self.reach_server(number, unit),
            Due::Server(number) => return self.serve(number, false),
            // Only the servers outlast the run.
            _ if self.lifecycle == Lifecycle::Aborting => return,
            Due::Release(index) => self.release(index),
            Due::Retry => self.retry(),
            Due::Limiter => self.let_through(),
            Due::Connected(number) => self.connected(number),
            Due::ToClient(number, unit) => self.reach_client(number, unit),
            Due::Client(slot) => self.wake(slot),
            Due::Scout => {
                self.next_scout = None;
                self.send_scout();
            }
            Due::Start => self.start(),
            Due::Control => {}
            Due::Interrupt(times) => self.interrupt(times),
            Due::Abort => self.abort(),
        }
        self.control();
    }

    pub(super) fn release_next(&mut self) {
        if let Some(Arrival { index, due }) = self.arrivals.next() {
            let intended = Instant::ORIGIN + Scene::START + due;
            self.at(intended, Due::Release(index));
        }
    }

    fn release(&mut self, index: u64) {
        if self.observer.stopped.is_some() {
            return;
        }
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
        if self.closed.is_some() {
            // The slots take retries themselves.
            self.next_retry = None;
            return self.advance_all();
        }
        while let Some(message) = self.observer.retries.take_due(self.now) {
            self.hand_over(message);
        }
    }

    /// Schedules the ends of back-offs, and the next admission by the limiter.
    pub(super) fn look_ahead(&mut self) {
        if let Some(due) = self.observer.retries.next_due() {
            // In the closed model a retry may be overdue: the next free slot takes it.
            let is_known = due <= self.now || self.next_retry.is_some_and(|at| at <= due);
            if self.closed.is_none() || !is_known {
                self.next_retry = Some(due);
                self.at(due, Due::Retry);
            }
        }
        if let Some(opens) = self.dispatcher.opens() {
            self.at(opens, Due::Limiter);
        }
    }
}
