//! The state machine of one session.
//!
//! This module handles time: delays, deadlines, and what to do next. `read` and
//! `say` read bytes and write replies; the other modules decide the replies.

mod abort;
mod admit;
mod commands;
mod dot;
mod fault_action;
mod greeting;
mod match_fault;
mod read;
mod reply;

use std::mem;
use std::sync::Arc;

use rand_pcg::Pcg64Mcg;

use self::fault_action::Abort;
use super::auth::Exchange;
use super::command::{self, Command};
use super::config::Config;
use super::input::Inbox;
use super::outbox::{Outbox, Post};
use super::transaction::{Message, Transaction};
use crate::account::{Account, ConnectionPermit, UserId};
use crate::faults::InjectedFault;
use crate::observers::Observers;
use crate::protocol::{Certificate, Event, Handshake, Instant, Reply, Stage};
use crate::random;

/// What the driver must do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Write these bytes, then call [`Dialogue::sent`].
    Send(&'a [u8]),
    /// Wait until that time: a reply is delayed.
    Wait(Instant),
    /// Do the TLS handshake with that certificate, then call
    /// [`Dialogue::secured`].
    StartTls(Certificate),
    /// Pass input to [`Dialogue::input`], or call [`Dialogue::next`] again at
    /// [`Dialogue::deadline`].
    Receive,
    /// Close the connection.
    Close {
        /// The client may still be sending: read its input before closing.
        /// Otherwise the RST that follows could overtake the last reply.
        linger: bool,
    },
    /// Reset the connection (RST).
    Reset,
    /// Send and read nothing until the client disconnects.
    Stall,
}

/// One session, from connect to end.
#[derive(Debug)]
pub struct Dialogue {
    config: Arc<Config>,
    account: Arc<Account>,
    observers: Arc<Observers>,
    wrapper: bool,
    /// Port of SES, without the offset, if known.
    port: Option<u16>,
    state: State,
    /// Counts as one of the account's open sessions.
    permit: Option<ConnectionPermit>,
    /// In the order of connecting, from 0.
    number: u64,
    secure: bool,
    user: Option<UserId>,
    transaction: Option<Transaction>,
    messages: u32,
    partial: Vec<u8>,
    inbox: Inbox,
    outbox: Outbox,
    last_sign: Instant,
    /// The idle time-out has ended it, and the client has sent nothing since.
    timed_out: bool,
    /// The client has disconnected.
    hung_up: bool,
    /// The fault for the next reply.
    fault: Option<Box<InjectedFault>>,
    /// The last EHLO did not offer STARTTLS, which is then an unknown command.
    hides_starttls: bool,
    /// The certificate of the handshake.
    certificate: Certificate,
    random: Pcg64Mcg,
}

#[derive(Debug)]
enum State {
    /// Not connected.
    New,
    /// TLS is next; not before that time, once it is known.
    Handshake(Option<Instant>),
    /// A fault will reply to the client's first flight of a handshake.
    Hello(Box<InjectedFault>),
    Command,
    Auth(Exchange),
    /// A message without its first byte, to which a fault may apply.
    Opening(Message),
    /// The message is not read before that time.
    Paused(Instant, Box<Message>),
    Body(Message),
    Closing {
        linger: bool,
    },
    /// A fault ends the session, from that time on.
    Aborting(Instant, Abort),
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
            wrapper,
            port: None,
            state: State::New,
            permit: None,
            number: 0,
            secure: false,
            user: None,
            transaction: None,
            messages: 0,
            partial: Vec::new(),
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            last_sign: Instant(0),
            timed_out: false,
            hung_up: false,
            fault: None,
            hides_starttls: false,
            certificate: Certificate::default(),
            random: random::session(0, 0),
        }
    }

    /// Sets the port, without the offset.
    #[must_use]
    pub(crate) fn on_port(mut self, number: u16) -> Dialogue {
        self.port = Some(number);
        self
    }

    /// The client has connected.
    pub fn connected(&mut self, now: Instant) {
        self.number = self.account.number();
        self.random = random::session(self.config.seed, self.number);
        self.last_sign = now;
        let wrapper = self.wrapper;
        self.emit(now, &Event::Connected { wrapper });
        self.permit = self.account.enter();
        let Some(met) = self.meet(now) else {
            return;
        };
        if self.wrapper {
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
        self.secure = true;
        self.last_sign = now;
        self.user = None;
        self.transaction = None;
        self.partial.clear();
        self.inbox = Inbox::default();
        self.state = State::Command;
        if self.wrapper {
            self.greet(now, now);
        }
    }

    /// The client sent `bytes`. Call it only after [`Step::Receive`]: this bounds
    /// the memory of a session.
    pub fn input(&mut self, bytes: &[u8], now: Instant) {
        self.last_sign = now;
        let used = self.read(bytes, now);
        if self.keeps_input() {
            self.inbox.keep(&bytes[used..]);
        }
    }

    /// The client has sent something that cannot be passed on yet, such as part of
    /// a TLS record: it is not silent.
    pub(crate) fn alive(&mut self, now: Instant) {
        self.last_sign = now;
    }

    /// All bytes of the last [`Step::Send`] were written to the socket.
    pub fn sent(&mut self, now: Instant) {
        self.last_sign = now;
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
        self.hung_up = true;
    }

    /// The client sent `bytes` while the connection was being closed. They are
    /// ignored; a QUIT is fine, anything else is reported.
    pub(crate) fn ignored(&mut self, bytes: &[u8], now: Instant) {
        let says_goodbye = matches!(command::parse(bytes.trim_ascii()), Command::Quit);
        if self.timed_out && !says_goodbye {
            self.timed_out = false;
            self.emit(now, &Event::SpokeAfterTimeout);
        }
    }

    /// Whether an observer needs to know if the client uses the connection again
    /// after the idle time-out.
    #[must_use]
    pub(crate) fn is_listened_for(&self) -> bool {
        self.timed_out && self.config.interest.late_clients
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
        match self.state {
            State::Handshake(Some(start)) if now < start => Step::Wait(start),
            State::Handshake(_) => Step::StartTls(self.certificate),
            State::Closing { linger } => Step::Close { linger },
            State::Paused(until, _) => Step::Wait(until),
            State::Aborting(moment, abort) => abort.step(moment, now),
            _ => Step::Receive,
        }
    }

    /// When the idle time-out ends the session, if the client is to send.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let timeout = self.config.idle_timeout?;
        (self.is_listening() && self.outbox.is_empty()).then(|| self.last_sign + timeout)
    }

    /// Continues when the outbox is empty: with waiting input, the delay before
    /// the handshake, or the idle time-out.
    fn go_on(&mut self, now: Instant) {
        self.end_pause(now);
        if !self.inbox.is_empty() {
            let mut inbox = mem::take(&mut self.inbox);
            let used = self.read(inbox.unread(), now);
            inbox.consume(used);
            if self.keeps_input() {
                self.inbox = inbox;
            }
        }
        if matches!(self.state, State::Handshake(None)) && self.outbox.is_empty() {
            self.expect_handshake(now, now);
        }
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.reply(Reply::IdleTimeout, self.turn(None, now));
            self.timed_out = true;
            // The session no longer counts as open, even if the client has not
            // noticed yet.
            self.permit = None;
            self.close(true);
        }
    }

    fn is_listening(&self) -> bool {
        matches!(
            self.state,
            State::Hello(_) | State::Command | State::Auth(_) | State::Opening(_) | State::Body(_)
        )
    }

    fn keeps_input(&self) -> bool {
        self.is_listening() || matches!(self.state, State::Paused(..))
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        if !matches!(self.state, State::New) {
            self.report_undelivered_replies(self.last_sign);
            let ends = matches!(self.state, State::Closing { .. } | State::Aborting(..));
            let by_client = self.hung_up && !ends;
            self.emit(self.last_sign, &Event::Ended { by_client });
        }
    }
}
