//! The state of one session, and its replies.
//!
//! Policy is said where SES says it: after the final dot. MAIL and RCPT take
//! any address.

use std::io::Write;
use std::mem;
use std::sync::Arc;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::auth::{self, Exchange, Progress};
use super::body::Body;
use super::command::{self, Command};
use super::config::Config;
use super::inbox::Inbox;
use super::line::{self, Found};
use super::outbox::{Outbox, Post};
use super::path;
use super::reply::Reply;
use super::stage::Stage;
use super::transaction::Transaction;
use crate::account::{Account, Verdict};
use crate::facts::message_id;
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
    secure: bool,
    authenticated: bool,
    transaction: Option<Transaction>,
    messages: u32,
    partial: Vec<u8>,
    inbox: Inbox,
    outbox: Outbox,
    last_sign: Nanos,
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
    Body(Body),
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
            secure: false,
            authenticated: false,
            transaction: None,
            messages: 0,
            partial: Vec::new(),
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            last_sign: Nanos(0),
            random: Pcg64Mcg::seed_from_u64(0),
        }
    }

    /// The client has connected.
    pub fn connected(&mut self, now: Nanos) {
        let number = self.account.counters().connected();
        self.random = Pcg64Mcg::seed_from_u64(self.config.seed.wrapping_add(number));
        self.last_sign = now;
        if self.wrapper {
            let start = now + self.config.latency(Stage::Connect) + self.config.latency(Stage::Tls);
            self.state = State::Handshake(Some(start));
        } else {
            self.greet(now + self.config.latency(Stage::Connect), now);
        }
    }

    /// The TLS handshake is done. What came in plaintext is forgotten
    /// (CVE-2011-0411), and so is what was said in it (RFC 3207 section 4.2).
    pub fn secured(&mut self, now: Nanos) {
        self.account.counters().secured();
        self.secure = true;
        self.last_sign = now;
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
            self.state = State::Handshake(Some(now + self.config.latency(Stage::Tls)));
        }
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.reply(Reply::IdleTimeout, Stage::Other, now);
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
                State::Body(body) => {
                    let (count, ended) = body.read(rest);
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

    fn command(&mut self, command: Command<'_>, now: Nanos) {
        let (reply, stage) = match command {
            command if !self.secure && !command.is_allowed_in_plaintext() => {
                (Reply::TlsRequired, Stage::Other)
            }
            Command::Ehlo(name) => return self.ehlo(name, now),
            Command::Helo(name) => (self.helo(name), Stage::Ehlo),
            Command::StartTls(parameter) => (self.starttls(parameter), Stage::StartTls),
            Command::Auth(_) if self.authenticated => (Reply::AlreadyAuthenticated, Stage::Auth),
            Command::Auth(arguments) => {
                let progress = auth::begin(arguments, &self.account);
                return self.auth(progress, now);
            }
            Command::Mail(path) => (self.mail(path), Stage::Mail),
            Command::Rcpt(path) => (self.rcpt(path), Stage::Rcpt),
            Command::Data => (self.data(), Stage::Data),
            Command::Rset => {
                self.transaction = None;
                (Reply::Ok, Stage::Rset)
            }
            Command::Quit => {
                self.close(false);
                (Reply::Bye, Stage::Quit)
            }
            Command::Noop => (Reply::Ok, Stage::Other),
            Command::Vrfy => (Reply::VrfyDisabled, Stage::Other),
            Command::Unknown => (Reply::UnknownCommand, Stage::Other),
            Command::TooShort => (Reply::BadSyntax, Stage::Other),
        };
        self.reply(reply, stage, now);
    }

    /// It begins anew (RFC 5321 section 4.1.4).
    fn ehlo(&mut self, name: &[u8], now: Nanos) {
        if name.is_empty() {
            return self.reply(Reply::EhloSyntax, Stage::Ehlo, now);
        }
        self.transaction = None;
        let config = Arc::clone(&self.config);
        let capabilities = if self.secure {
            &config.capabilities_secure
        } else {
            &config.capabilities
        };
        self.say(Reply::Capabilities, Stage::Ehlo, now, |out| {
            out.extend_from_slice(capabilities.as_bytes());
        });
    }

    fn helo(&mut self, name: &[u8]) -> Reply {
        if name.is_empty() {
            return Reply::HeloSyntax;
        }
        self.transaction = None;
        Reply::Hello
    }

    fn starttls(&mut self, parameter: &[u8]) -> Reply {
        if !parameter.is_empty() {
            return Reply::NoParameters;
        }
        if self.secure {
            return Reply::TlsActive;
        }
        self.state = State::Handshake(None);
        Reply::ReadyForTls
    }

    fn auth(&mut self, progress: Progress, now: Nanos) {
        match progress {
            // Challenges come at once: only the verdict takes time.
            Progress::Challenge(challenge, exchange) => {
                self.state = State::Auth(exchange);
                self.reply(challenge, Stage::Other, now);
            }
            Progress::Done(reply) => {
                self.authenticated = reply == Reply::Authenticated;
                self.reply(reply, Stage::Auth, now);
            }
        }
    }

    fn mail(&mut self, path: Option<&[u8]>) -> Reply {
        if !self.authenticated {
            return Reply::AuthRequired;
        }
        if self.transaction.is_some() {
            return Reply::SenderSpecified;
        }
        let most = self.config.messages_per_session;
        if most.is_some_and(|most| self.messages >= most) {
            self.close(true);
            return Reply::TooManyMessages;
        }
        let Some(path) = path else {
            return Reply::MailSyntax;
        };
        let Some(sender) = path::address(path) else {
            return Reply::InvalidSender;
        };
        self.transaction = Some(Transaction::new(sender, &self.account));
        Reply::Ok
    }

    fn rcpt(&mut self, path: Option<&[u8]>) -> Reply {
        if !self.authenticated {
            return Reply::AuthRequired;
        }
        let Some(transaction) = &mut self.transaction else {
            return Reply::NeedMail;
        };
        let Some(path) = path else {
            return Reply::RcptSyntax;
        };
        let Some(recipient) = path::address(path) else {
            return Reply::InvalidRecipient;
        };
        transaction.add(recipient, &self.account);
        Reply::Ok
    }

    fn data(&mut self) -> Reply {
        if !self.authenticated {
            return Reply::AuthRequired;
        }
        match &self.transaction {
            None => Reply::NeedMail,
            Some(transaction) if transaction.recipients() == 0 => Reply::NeedRcpt,
            Some(_) => {
                self.state = State::Body(Body::default());
                Reply::StartData
            }
        }
    }

    /// The message is here: now everything is judged that MAIL and RCPT let
    /// pass.
    fn dot(&mut self, now: Nanos) {
        let State::Body(body) = mem::replace(&mut self.state, State::Command) else {
            unreachable!("the dot ends a body");
        };
        let transaction = self.transaction.take().expect("a body is in a transaction");
        self.messages = self.messages.saturating_add(1);
        let reply = self.judge(&transaction, body.size(), now);
        match reply {
            Reply::Accepted => self.accept(&transaction, body.size(), now),
            Reply::NotVerified => self.name_unverified(transaction.failed(), now),
            Reply::TooManyRecipients => {
                let most = self.config.max_recipients;
                self.say(reply, Stage::Dot, now, |out| {
                    put(
                        out,
                        format_args!("554 Transaction failed: Recipient count exceeds {most}.\r\n"),
                    );
                });
            }
            _ => self.reply(reply, Stage::Dot, now),
        }
        if reply == Reply::Accepted {
            return;
        }
        if !self.config.failed_data_resets {
            self.transaction = Some(transaction);
        }
        if !self.config.open_after_refusal {
            self.close(true);
        }
    }

    fn judge(&self, transaction: &Transaction, size: u64, now: Nanos) -> Reply {
        let recipients = transaction.recipients();
        if size > self.config.max_message_size {
            return Reply::TooLong;
        }
        if recipients > self.config.max_recipients {
            return Reply::TooManyRecipients;
        }
        if !transaction.failed().is_empty() {
            return Reply::NotVerified;
        }
        match self.account.spend(recipients, transaction.simulated(), now) {
            Verdict::Accepted => Reply::Accepted,
            Verdict::Throttled => Reply::Throttled,
            Verdict::Quota => Reply::QuotaSpent,
        }
    }

    fn accept(&mut self, transaction: &Transaction, size: u64, now: Nanos) {
        self.account
            .counters()
            .accepted(transaction.recipients(), size);
        let random = u128::from(self.random.next_u64()) << 64 | u128::from(self.random.next_u64());
        let config = Arc::clone(&self.config);
        let unix_ms = config.origin_unix_ms + now.0 / 1_000_000;
        let id = message_id(&config.id_prefix, unix_ms, random);
        self.say(Reply::Accepted, Stage::Dot, now, |out| {
            put(out, format_args!("250 Ok {id}\r\n"));
        });
    }

    fn name_unverified(&mut self, identities: &[String], now: Nanos) {
        let config = Arc::clone(&self.config);
        self.say(Reply::NotVerified, Stage::Dot, now, |out| {
            let region = &config.region_in_capitals;
            put(out, format_args!("554 Message rejected: Email address is not verified. The following identities failed the check in region {region}: {}\r\n", identities.join(", ")));
        });
    }

    /// The banner, or that there are too many connections. `from` is when the
    /// server turns to this client.
    fn greet(&mut self, from: Nanos, now: Nanos) {
        self.entered = true;
        let due = from + self.config.latency(Stage::Banner);
        if !self.account.enter() {
            self.state = State::Closing { linger: true };
            self.account
                .counters()
                .replied(Reply::TooManyConnections, Stage::Banner);
            let text = Reply::TooManyConnections.text();
            return self
                .outbox
                .add(due, now, |out| put(out, format_args!("{text}\r\n")));
        }
        self.state = State::Command;
        self.account
            .counters()
            .replied(Reply::Banner, Stage::Banner);
        let random = &mut self.random;
        self.outbox.add(due, now, |out| {
            out.extend_from_slice(b"220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-");
            put_random(out, random, 9, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
            out.push(b' ');
            put_random(
                out,
                random,
                20,
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            );
            out.extend_from_slice(b"\r\n");
        });
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
        self.account.counters().replied(reply, stage);
        self.outbox
            .add(now + self.config.latency(stage), now, write);
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        if self.entered {
            self.account.leave();
        }
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to memory does not fail");
}

fn put_random(out: &mut Vec<u8>, random: &mut Pcg64Mcg, length: usize, alphabet: &[u8]) {
    for _ in 0..length {
        let pick = random.next_u32() as usize % alphabet.len();
        out.push(alphabet[pick]);
    }
}
