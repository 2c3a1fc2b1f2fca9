//! The state of one session, and what drives it on.
//!
//! Here time passes, and a reply waits for its moment. Bytes are read and replies
//! are written in `read` and `say`; what is replied is decided in the other
//! modules below.

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
use rand_pcg::rand_core::SeedableRng;

use self::fault_action::Abort;
use super::auth::Exchange;
use super::command::{self, Command};
use super::config::Config;
use super::inbox::Inbox;
use super::message::Message;
use super::outbox::{Outbox, Post};
use super::transaction::Transaction;
use crate::account::{Account, UserId};
use crate::faults::InjectedFault;
use crate::observers::Observers;
use crate::protocol::{Certificate, Event, Handshake, Instant, Reply, Stage};

/// What the driver is to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Write these bytes, then say [`Dialogue::sent`].
    Send(&'a [u8]),
    /// Nothing until that moment: a reply takes its time.
    Wait(Instant),
    /// Do the TLS handshake with that certificate, then say
    /// [`Dialogue::secured`].
    StartTls(Certificate),
    /// Hand over what the client sent, by [`Dialogue::input`], or ask again
    /// when [`Dialogue::deadline`] has come.
    Receive,
    /// Close the connection.
    Close {
        /// The client may still be sending: read what comes before closing, or
        /// the reset that follows could overtake the last reply.
        linger: bool,
    },
    /// Reset the connection (RST).
    Reset,
    /// Say nothing and read nothing until the client has gone away.
    Stall,
}

/// One session, from the connection to its end.
#[derive(Debug)]
pub struct Dialogue {
    config: Arc<Config>,
    account: Arc<Account>,
    observers: Arc<Observers>,
    wrapper: bool,
    /// SES's number of it, where it is known.
    port: Option<u16>,
    state: State,
    /// Holds a place among the account's open sessions.
    entered: bool,
    /// Counted from 0, in the order of connecting.
    number: u64,
    secure: bool,
    user: Option<UserId>,
    transaction: Option<Transaction>,
    messages: u32,
    partial: Vec<u8>,
    inbox: Inbox,
    outbox: Outbox,
    last_sign: Instant,
    /// The answer to a dot is on its way.
    answering: bool,
    /// 250s for messages that have not left yet.
    undelivered: u32,
    /// The last of them has to wait for its moment.
    held_reply: bool,
    /// The idle time-out has ended it, and the client has not spoken since.
    timed_out: bool,
    /// The client has gone away.
    hung_up: bool,
    /// The rule that strikes at the reply that comes next.
    fault: Option<Box<InjectedFault>>,
    /// The last EHLO did not offer STARTTLS, which goes for an unknown command.
    hides_starttls: bool,
    /// What the handshake shows.
    certificate: Certificate,
    random: Pcg64Mcg,
}

#[derive(Debug)]
enum State {
    /// Not connected.
    New,
    /// TLS is next; not before that moment, once it is known.
    Handshake(Option<Instant>),
    /// The client's part of a handshake will be answered, but not with one.
    Hello(Box<InjectedFault>),
    Command,
    Auth(Exchange),
    /// A message of which nothing is there yet, where faults could strike it.
    Opening(Message),
    /// Nothing of the message is read before that moment.
    Paused(Instant, Box<Message>),
    Body(Message),
    Closing {
        linger: bool,
    },
    /// From that moment on.
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
            entered: false,
            number: 0,
            secure: false,
            user: None,
            transaction: None,
            messages: 0,
            partial: Vec::new(),
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            last_sign: Instant(0),
            answering: false,
            undelivered: 0,
            held_reply: false,
            timed_out: false,
            hung_up: false,
            fault: None,
            hides_starttls: false,
            certificate: Certificate::default(),
            random: Pcg64Mcg::seed_from_u64(0),
        }
    }

    /// The same on that port, as SES numbers it.
    #[must_use]
    pub(crate) fn on_port(mut self, number: u16) -> Dialogue {
        self.port = Some(number);
        self
    }

    /// The client has connected.
    pub fn connected(&mut self, now: Instant) {
        self.number = self.account.number();
        self.random = Pcg64Mcg::seed_from_u64(self.config.seed.wrapping_add(self.number));
        self.last_sign = now;
        let wrapper = self.wrapper;
        self.emit(now, &Event::Connected { wrapper });
        self.entered = self.account.enter();
        let Some(met) = self.meet(now) else {
            return;
        };
        if self.wrapper {
            self.expect_handshake(met, now);
        } else {
            self.greet(met, now);
        }
    }

    /// The TLS handshake is done. What came in plaintext is forgotten
    /// (CVE-2011-0411), and so is what was said in it (RFC 3207 section 4.2).
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

    /// The client sent `bytes`. To be called after [`Step::Receive`] only: this
    /// is what bounds the memory of a session.
    pub fn input(&mut self, bytes: &[u8], now: Instant) {
        self.last_sign = now;
        let used = self.read(bytes, now);
        if self.keeps_input() {
            self.inbox.keep(&bytes[used..]);
        }
    }

    /// The client has sent something that can't be handed over yet, such as a
    /// part of a TLS record: it is not silent.
    pub(crate) fn alive(&mut self, now: Instant) {
        self.last_sign = now;
    }

    /// All bytes of the last [`Step::Send`] are with the socket.
    pub fn sent(&mut self, now: Instant) {
        self.last_sign = now;
        self.outbox.sent();
        let empty = self.outbox.is_empty();
        self.held_reply &= !empty;
        // What is left is one reply, which had to wait.
        self.undelivered = if self.held_reply { 1 } else { 0 };
        if self.answering && empty {
            self.answering = false;
            self.emit(now, &Event::Answered);
        }
    }

    /// The same, but the client was gone before they were sent.
    pub(crate) fn lost(&mut self, now: Instant) {
        self.report_undelivered_replies(now);
        self.sent(now);
    }

    /// Whether somebody wants to know if the client hears what is sent now: the
    /// 250 for a message is part of it.
    #[must_use]
    pub(crate) fn must_be_heard(&self) -> bool {
        self.undelivered > 0 && self.config.interest.undelivered_replies
    }

    /// The client has closed its end, or the connection is lost.
    pub(crate) fn hung_up(&mut self) {
        self.hung_up = true;
    }

    /// The client still sent `bytes` while the connection was being closed;
    /// nobody listens any more. A goodbye needs no answer.
    pub(crate) fn ignored(&mut self, bytes: &[u8], now: Instant) {
        let says_goodbye = matches!(command::parse(bytes.trim_ascii()), Command::Quit);
        if self.timed_out && !says_goodbye {
            self.timed_out = false;
            self.emit(now, &Event::SpokeAfterTimeout);
        }
    }

    /// Whether somebody wants to know if the client speaks once more on a
    /// connection that the idle time-out has ended.
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

    /// When the client's silence will have lasted too long, if it is its turn.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let timeout = self.config.idle_timeout?;
        (self.is_listening() && self.outbox.is_empty()).then(|| self.last_sign + timeout)
    }

    /// After the outbox has become empty: input that waited, the delay before
    /// the handshake, or the end of patience.
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
            self.reply(Reply::IdleTimeout, Stage::Other, now);
            self.timed_out = true;
            // However long the client takes to notice, its place is free.
            if mem::take(&mut self.entered) {
                self.account.leave();
            }
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
        if self.entered {
            self.account.leave();
        }
    }
}
