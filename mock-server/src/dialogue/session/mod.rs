//! The state machine of one session.
//!
//! This module handles time: delays, deadlines, and what to do next. `read` and
//! `say` read bytes and write replies; the other modules decide the replies.

mod abort;
mod admit;
mod commands;
mod dot;
mod faults;
mod greeting;
mod read;
mod reply;

use std::mem;
use std::sync::Arc;

use rand_pcg::Pcg64Mcg;

use super::auth::Auth;
use super::command::{self, Command};
use super::config::Config;
use super::faults::FaultState;
use super::input::Inbox;
use super::link::{ClosedBy, Handshaking, Link, LinkState};
use super::outbox::{Outbox, Post};
use super::step::Step;
use super::transaction::{Message, Transaction};
use crate::account::Account;
use crate::observers::Observers;
use crate::protocol::{Event, Handshake, Instant, Reply};
use crate::random;

/// One session, from connect to end.
#[derive(Debug)]
pub struct Dialogue {
    config: Arc<Config>,
    account: Arc<Account>,
    observers: Arc<Observers>,
    link: Link,
    state: State,
    auth: Auth,
    transaction: Option<Transaction>,
    messages: u32,
    partial: Vec<u8>,
    inbox: Inbox,
    outbox: Outbox,
    faults: FaultState,
    random: Pcg64Mcg,
}

/// What the client's next bytes are.
#[derive(Debug)]
enum State {
    Command,
    /// A message without its first byte, to which a fault may apply.
    Opening(Message),
    /// The message is not read before that time.
    Paused(Instant, Box<Message>),
    Body(Message),
}

impl Dialogue {
    /// A session on a port with (`wrapper`) or without TLS from the first byte.
    #[must_use]
    pub fn new(
        config: Arc<Config>,
        account: Arc<Account>,
        observers: Arc<Observers>,
        wrapper: bool,
    ) -> Dialogue {
        Dialogue {
            config,
            account,
            observers,
            link: Link::new(wrapper),
            state: State::Command,
            auth: Auth::default(),
            transaction: None,
            messages: 0,
            partial: Vec::new(),
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            faults: FaultState::default(),
            random: random::session(0, 0),
        }
    }

    /// Sets the port, without the offset.
    #[must_use]
    pub(crate) fn on_port(mut self, number: u16) -> Dialogue {
        self.link.set_port(number);
        self
    }

    /// The client has connected.
    pub fn connected(&mut self, now: Instant) {
        let number = self.account.number();
        self.random = random::session(self.config.seed, number);
        self.link.connected(number, now);
        let wrapper = self.link.is_wrapper();
        self.emit(now, &Event::Connected { wrapper });
        self.link.admit(self.account.enter());
        let Some(met) = self.meet(now) else {
            return;
        };
        if wrapper {
            self.expect_handshake(met, now);
        } else {
            self.greet(met, now);
        }
    }

    /// The TLS handshake is done. Pending plaintext is discarded
    /// (CVE-2011-0411), and so is the state of the plaintext session (RFC 3207
    /// section 4.2).
    pub fn secured(&mut self, handshake: Handshake, now: Instant) {
        self.emit(now, &Event::Secured(handshake));
        self.link.secured(now);
        self.auth.reset();
        self.transaction = None;
        self.partial.clear();
        self.inbox = Inbox::default();
        self.state = State::Command;
        if self.link.is_wrapper() {
            self.greet(now, now);
        }
    }

    /// The client sent `bytes`. Call it only after [`Step::Receive`]: this bounds
    /// the memory of a session.
    pub fn input(&mut self, bytes: &[u8], now: Instant) {
        self.link.heard(now);
        let used = self.read(bytes, now);
        if self.link.is_open() {
            self.inbox.keep(&bytes[used..]);
        }
    }

    /// The client has sent something that cannot be passed on yet, such as part of
    /// a TLS record: it is not silent.
    pub(crate) fn alive(&mut self, now: Instant) {
        self.link.heard(now);
    }

    /// All bytes of the last [`Step::Send`] were written to the socket.
    pub fn sent(&mut self, now: Instant) {
        self.link.heard(now);
        if self.outbox.sent() {
            self.emit(now, &Event::Answered);
        }
    }

    /// The same, but the client had disconnected before they were sent.
    pub(crate) fn lost(&mut self, now: Instant) {
        self.report_undelivered_replies(now);
        self.sent(now);
    }

    /// Whether an observer needs to know if the client receives the current
    /// bytes: they contain the 250 for a message.
    #[must_use]
    pub(crate) fn must_be_heard(&self) -> bool {
        self.outbox.must_be_heard() && self.config.interest.undelivered_replies
    }

    /// The client has closed its side, or the connection is lost.
    pub(crate) fn hung_up(&mut self) {
        self.link.hung_up();
    }

    /// The client sent `bytes` while the connection was being closed. They are
    /// ignored; a QUIT is fine, anything else is reported.
    pub(crate) fn ignored(&mut self, bytes: &[u8], now: Instant) {
        let says_goodbye = matches!(command::parse(bytes.trim_ascii()), Command::Quit);
        if !says_goodbye && self.link.spoke_late() {
            self.emit(now, &Event::SpokeAfterTimeout);
        }
    }

    /// Whether an observer needs to know if the client uses the connection again
    /// after the idle time-out.
    #[must_use]
    pub(crate) fn is_listened_for(&self) -> bool {
        self.link.is_timed_out() && self.config.interest.late_clients
    }

    /// What to do now.
    pub fn next(&mut self, now: Instant) -> Step<'_> {
        if self.outbox.is_empty() {
            self.go_on(now);
        }
        match self.outbox.look(now) {
            Post::Ready => return Step::Send(self.outbox.ready()),
            Post::Held(until) => return Step::Wait(until),
            Post::Empty => {}
        }
        match self.link.state() {
            LinkState::Handshaking(Handshaking::Latency(start)) if now < *start => {
                Step::Wait(*start)
            }
            LinkState::Handshaking(Handshaking::Fault(_)) | LinkState::New => Step::Receive,
            LinkState::Handshaking(_) => Step::StartTls(self.faults.certificate()),
            LinkState::Closed { by } => by.step(now),
            LinkState::Plain | LinkState::Secure => match self.state {
                State::Paused(until, _) => Step::Wait(until),
                _ => Step::Receive,
            },
        }
    }

    /// When the idle time-out ends the session, if the client is to send.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let timeout = self.config.idle_timeout?;
        (self.is_listening() && self.outbox.is_empty()).then(|| self.link.last_sign() + timeout)
    }

    /// Continues when the outbox is empty: with waiting input, the delay before
    /// the handshake, or the idle time-out.
    fn go_on(&mut self, now: Instant) {
        self.end_pause(now);
        if !self.inbox.is_empty() {
            let mut inbox = mem::take(&mut self.inbox);
            let used = self.read(inbox.unread(), now);
            inbox.consume(used);
            if self.link.is_open() {
                self.inbox = inbox;
            }
        }
        let is_next = matches!(
            self.link.state(),
            LinkState::Handshaking(Handshaking::Reply)
        );
        if is_next && self.outbox.is_empty() {
            self.expect_handshake(now, now);
        }
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.reply(Reply::IdleTimeout, self.turn(None, now));
            self.close(ClosedBy::IdleTimeout);
        }
    }

    fn is_listening(&self) -> bool {
        self.link.is_open() && !matches!(self.state, State::Paused(..))
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        if self.link.has_connected() {
            let now = self.link.last_sign();
            self.report_undelivered_replies(now);
            let by_client = self.link.is_closed_by_client();
            self.emit(now, &Event::Ended { by_client });
        }
    }
}
