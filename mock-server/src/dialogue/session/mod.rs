//! The state of one session, and what drives it on.
//!
//! Here bytes become lines and messages, time passes, and a reply waits for its
//! moment; what is replied is decided in the modules below.

mod commands;
mod dot;
mod greeting;

use std::io::Write;
use std::mem;
use std::sync::Arc;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;

use super::auth::{self, Exchange};
use super::command;
use super::config::Config;
use super::inbox::Inbox;
use super::line::{self, Found};
use super::message::Message;
use super::outbox::{Outbox, Post};
use super::reply::Reply;
use super::stage::Stage;
use super::transaction::Transaction;
use crate::account::{Account, UserId};
use crate::events::{Event, Handshake};
use crate::nanos::Nanos;

/// What the driver is to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Write these bytes, then say [`Dialogue::sent`].
    Send(&'a [u8]),
    /// Nothing until that moment: a reply takes its time.
    Wait(Nanos),
    /// Do the TLS handshake, then say [`Dialogue::secured`].
    StartTls,
    /// Hand over what the client sent, by [`Dialogue::input`], or ask again
    /// when [`Dialogue::deadline`] has come.
    Receive,
    /// Close the connection.
    Close {
        /// The client may still be sending: read what comes before closing, or
        /// the reset that follows could overtake the last reply.
        linger: bool,
    },
}

/// One session, from the connection to its end.
#[derive(Debug)]
pub struct Dialogue {
    config: Arc<Config>,
    account: Arc<Account>,
    wrapper: bool,
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
    last_sign: Nanos,
    /// The answer to a dot is on its way.
    answering: bool,
    /// The idle time-out has ended it, and the client has not spoken since.
    timed_out: bool,
    random: Pcg64Mcg,
}

#[derive(Debug)]
enum State {
    /// Not connected.
    New,
    /// TLS is next; not before that moment, once it is known.
    Handshake(Option<Nanos>),
    Command,
    Auth(Exchange),
    Body(Message),
    Closing {
        linger: bool,
    },
}

impl Dialogue {
    /// A session on a port with (`wrapper`) or without TLS from the first byte.
    #[must_use]
    pub fn new(config: Arc<Config>, account: Arc<Account>, wrapper: bool) -> Dialogue {
        Dialogue {
            config,
            account,
            wrapper,
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
            last_sign: Nanos(0),
            answering: false,
            timed_out: false,
            random: Pcg64Mcg::seed_from_u64(0),
        }
    }

    /// The client has connected.
    pub fn connected(&mut self, now: Nanos) {
        self.number = self.account.number();
        self.random = Pcg64Mcg::seed_from_u64(self.config.seed.wrapping_add(self.number));
        self.last_sign = now;
        let wrapper = self.wrapper;
        self.tell(now, &Event::Connected { wrapper });
        if self.wrapper {
            let start = now
                + self.config.latency(Stage::Connect, self.secure)
                + self.config.latency(Stage::Tls, self.secure);
            self.state = State::Handshake(Some(start));
        } else {
            self.greet(now + self.config.latency(Stage::Connect, self.secure), now);
        }
    }

    /// The TLS handshake is done. What came in plaintext is forgotten
    /// (CVE-2011-0411), and so is what was said in it (RFC 3207 section 4.2).
    pub fn secured(&mut self, handshake: Handshake, now: Nanos) {
        self.tell(now, &Event::Secured(handshake));
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
    pub fn input(&mut self, bytes: &[u8], now: Nanos) {
        self.last_sign = now;
        let used = self.read(bytes, now);
        if self.is_listening() {
            self.inbox.keep(&bytes[used..]);
        }
    }

    /// All bytes of the last [`Step::Send`] are with the socket.
    pub fn sent(&mut self, now: Nanos) {
        self.last_sign = now;
        self.outbox.sent();
        if self.answering && self.outbox.is_empty() {
            self.answering = false;
            self.tell(now, &Event::Answered);
        }
    }

    /// The client still spoke while the connection was being closed; nobody
    /// listens any more.
    pub fn ignored(&mut self, now: Nanos) {
        if self.timed_out {
            self.timed_out = false;
            self.tell(now, &Event::SpokeAfterTimeout);
        }
    }

    /// What to do now.
    pub fn next(&mut self, now: Nanos) -> Step<'_> {
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
            State::Handshake(_) => Step::StartTls,
            State::Closing { linger } => Step::Close { linger },
            State::New | State::Command | State::Auth(_) | State::Body(_) => Step::Receive,
        }
    }

    /// When the client's silence will have lasted too long, if it is its turn.
    #[must_use]
    pub fn deadline(&self) -> Option<Nanos> {
        let timeout = self.config.idle_timeout?;
        (self.is_listening() && self.outbox.is_empty()).then(|| self.last_sign + timeout)
    }

    /// After the outbox has become empty: input that waited, the delay before
    /// the handshake, or the end of patience.
    fn go_on(&mut self, now: Nanos) {
        if !self.inbox.is_empty() {
            let mut inbox = mem::take(&mut self.inbox);
            let used = self.read(inbox.unread(), now);
            inbox.consume(used);
            if self.is_listening() {
                self.inbox = inbox;
            }
        }
        if matches!(self.state, State::Handshake(None)) && self.outbox.is_empty() {
            let hello = now + self.config.rtt;
            let start = hello + self.config.latency(Stage::Tls, self.secure);
            self.state = State::Handshake(Some(start));
        }
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.reply(Reply::IdleTimeout, Stage::Other, now);
            self.timed_out = true;
            self.close(true);
        }
    }

    fn is_listening(&self) -> bool {
        matches!(self.state, State::Command | State::Auth(_) | State::Body(_))
    }

    /// Reads until a reply has to leave first, and says how far that was.
    fn read(&mut self, bytes: &[u8], now: Nanos) -> usize {
        let mut used = 0;
        while used < bytes.len() && self.outbox.is_open() {
            let rest = &bytes[used..];
            used += match &mut self.state {
                State::Body(message) => {
                    let (count, ended) = message.read(rest);
                    if ended {
                        self.dot(now);
                    }
                    count
                }
                State::Command | State::Auth(_) => self.read_line(rest, now),
                State::New | State::Handshake(_) | State::Closing { .. } => break,
            };
        }
        used
    }

    fn read_line(&mut self, bytes: &[u8], now: Nanos) -> usize {
        let mut partial = mem::take(&mut self.partial);
        let (used, found) = line::take(&mut partial, bytes);
        match found {
            Found::Part => {
                self.partial = partial;
                return used;
            }
            Found::Line(line) => self.line(line, now),
            Found::TooLong => {
                self.reply(Reply::LineTooLong, Stage::Other, now);
                self.close(true);
            }
            Found::Bare(position) => {
                self.say(Reply::NotCrLf, Stage::Other, now, |out| {
                    put(out, format_args!("501 Syntax error at character position {position}. CR and LF must be CRLF paired.  See RFC 2821 #2.7.1.\r\n"));
                });
                self.close(true);
            }
        }
        partial.clear();
        self.partial = partial;
        used
    }

    fn line(&mut self, line: &[u8], now: Nanos) {
        match mem::replace(&mut self.state, State::Command) {
            State::Auth(exchange) => {
                let progress = auth::proceed(exchange, line, &self.account);
                self.auth(progress, now);
            }
            _ => self.command(command::parse(line), now),
        }
    }

    fn told(&self, reply: Reply, stage: Stage, now: Nanos) {
        self.tell(now, &Event::Replied { reply, stage });
    }

    fn tell(&self, now: Nanos, event: &Event<'_>) {
        self.account.tell(self.number, now, event);
    }

    fn close(&mut self, linger: bool) {
        self.state = State::Closing { linger };
    }

    /// A reply that is always the same.
    fn reply(&mut self, reply: Reply, stage: Stage, now: Nanos) {
        self.say(reply, stage, now, |out| {
            out.extend_from_slice(reply.text().as_bytes());
            out.extend_from_slice(b"\r\n");
        });
    }

    fn say(&mut self, reply: Reply, stage: Stage, now: Nanos, write: impl FnOnce(&mut Vec<u8>)) {
        self.told(reply, stage, now);
        self.outbox
            .add(now + self.config.latency(stage, self.secure), now, write);
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        if !matches!(self.state, State::New) {
            self.tell(self.last_sign, &Event::Ended);
        }
        if self.entered {
            self.account.leave();
        }
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to memory does not fail");
}
