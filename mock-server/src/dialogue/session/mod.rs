//! The parent of the parts: passes them what happened, decides by what they
//! return, and emits every event.
//!
//! This file has the methods that a driver calls. What is behind them:
//!
//! | file | decides |
//! |---|---|
//! | `setup` | what comes before the first command |
//! | `read` | what the client's bytes are: a line, or a message |
//! | `admit`, `commands` | whether a command is allowed, and its reply |
//! | `login` | the reply to a line of AUTH |
//! | `dot`, `evaluate`, `wording` | the reply to a message |
//! | `faults` | which fault takes the place of a stage or its reply |
//! | `reply` | the turn of a reply, and how it gets into the outbox |

mod admit;
mod commands;
mod dot;
mod evaluate;
mod faults;
mod login;
mod read;
mod reply;
mod setup;
mod wording;

use std::mem;
use std::sync::Arc;

use rand_pcg::Pcg64Mcg;

use super::auth::Auth;
use super::command::{self, Command};
use super::config::Config;
use super::faults::FaultState;
use super::input::Input;
use super::link::{ClosedBy, Handshaking, Link, LinkState};
use super::outbox::{Outbox, Post};
use super::step::Step;
use super::transaction::Transaction;
use crate::account::Account;
use crate::observers::Observers;
use crate::protocol::{Event, Handshake, Instant, Reply};
use crate::random;

/// One session, from connect to end.
#[derive(Debug)]
pub struct Dialogue {
    context: Context,
    link: Link,
    input: Input,
    auth: Auth,
    transaction: Transaction,
    faults: FaultState,
    outbox: Outbox,
    random: Pcg64Mcg,
}

/// What all sessions share.
#[derive(Debug)]
struct Context {
    config: Arc<Config>,
    account: Arc<Account>,
    observers: Arc<Observers>,
}

/// Inputs: what happened, and when.
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
            context: Context {
                config,
                account,
                observers,
            },
            link: Link::new(wrapper),
            input: Input::default(),
            auth: Auth::default(),
            transaction: Transaction::default(),
            faults: FaultState::default(),
            outbox: Outbox::default(),
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
        let number = self.context.account.number();
        self.random = random::session(self.context.config.seed, number);
        self.link.connected(number, now);
        let wrapper = self.link.is_wrapper();
        self.emit(now, &Event::Connected { wrapper });
        self.link.admit(self.context.account.enter());
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
        self.transaction.reset();
        self.input.discard();
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
            self.input.waiting.keep(&bytes[used..]);
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
        self.outbox.sent();
    }

    /// The same, but the client had disconnected before they were sent.
    pub(crate) fn lost(&mut self, now: Instant) {
        self.report_undelivered_replies(now);
        self.sent(now);
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
}

/// What to do next.
impl Dialogue {
    /// What to do now. It continues with input that waited, and ends a session
    /// that was silent for too long.
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
            LinkState::New => Step::Receive,
            LinkState::Plain | LinkState::Secure => match self.transaction.paused_until() {
                Some(until) => Step::Wait(until),
                None => Step::Receive,
            },
            LinkState::Handshaking(Handshaking::Fault(_)) => Step::Receive,
            LinkState::Handshaking(Handshaking::Latency(until)) if now < *until => {
                Step::Wait(*until)
            }
            LinkState::Handshaking(Handshaking::Reply | Handshaking::Latency(_)) => {
                Step::StartTls(self.faults.certificate())
            }
            LinkState::Closed { by } => by.step(now),
        }
    }

    /// Continues when the outbox is empty: with waiting input, the delay before
    /// the handshake, or the idle time-out.
    fn go_on(&mut self, now: Instant) {
        self.transaction.end_pause(now);
        if !self.input.waiting.is_empty() {
            let mut waiting = mem::take(&mut self.input.waiting);
            let used = self.read(waiting.unread(), now);
            waiting.consume(used);
            if self.link.is_open() {
                self.input.waiting = waiting;
            }
        }
        let state = self.link.state();
        let tls_is_next = matches!(state, LinkState::Handshaking(Handshaking::Reply));
        if tls_is_next && self.outbox.is_empty() {
            self.expect_handshake(now, now);
        }
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.reply(Reply::IdleTimeout, self.turn(None, now));
            self.close(ClosedBy::IdleTimeout);
        }
    }
}

/// Questions, which change nothing.
impl Dialogue {
    /// When the idle time-out ends the session, if the client is to send.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let timeout = self.context.config.idle_timeout?;
        let is_paused = self.transaction.paused_until().is_some();
        let is_listening = self.link.is_open() && !is_paused && self.outbox.is_empty();
        is_listening.then(|| self.link.last_sign() + timeout)
    }

    /// Whether an observer needs to know if the client receives the current
    /// bytes: they contain the 250 for a message.
    #[must_use]
    pub(crate) fn must_be_heard(&self) -> bool {
        self.outbox.must_be_heard() && self.context.config.interest.undelivered_replies
    }

    /// Whether an observer needs to know if the client uses the connection again
    /// after the idle time-out.
    #[must_use]
    pub(crate) fn is_listened_for(&self) -> bool {
        self.link.is_timed_out() && self.context.config.interest.late_clients
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
