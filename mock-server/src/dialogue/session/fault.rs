//! Where rules of `faults` strike, and how that looks on the wire.
//!
//! A stage asks before it does what it is for. What takes its place is said, or
//! done, at the moment at which its reply would have left.

use std::mem;

use rand_pcg::rand_core::Rng;

use super::{Dialogue, State, Step};
use crate::dialogue::command::Command;
use crate::dialogue::path;
use crate::dialogue::reply::Reply;
use crate::dialogue::stage::Stage;
use crate::dialogue::transaction::Transaction;
use crate::events::Event;
use crate::faults::{Effect, Instead, Occasion, Stroke};
use crate::nanos::Nanos;
use crate::settings::At;

/// Bytes of garbage.
const GARBAGE: usize = 64;

/// A fatal alert, `handshake_failure`, in a plaintext record (RFC 8446 sections
/// 5.1 and 6).
const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// How a session ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doom {
    Close,
    Reset,
    Stall,
}

impl Doom {
    /// What to do about it at `now`.
    pub(super) fn step(self, moment: Nanos, now: Nanos) -> Step<'static> {
        match self {
            _ if now < moment => Step::Wait(moment),
            Doom::Close => Step::Close { linger: true },
            Doom::Reset => Step::Reset,
            Doom::Stall => Step::Stall,
        }
    }
}

impl Dialogue {
    /// The client has connected: when the server turns to it, unless something
    /// else becomes of it.
    pub(super) fn meet(&mut self, now: Nanos) -> Option<Nanos> {
        let met = now + self.latency(Stage::Connect);
        let Some(mut stroke) = self.strike(At::Connect, None, now) else {
            return Some(met);
        };
        if stroke.lets_pass() {
            return Some(met + stroke.delay);
        }
        // In place of a handshake there is nothing that could follow.
        stroke.close |= self.wrapper;
        self.state = State::Command;
        self.suffer(&stroke, met, now);
        None
    }

    /// TLS is next. `from` is when the server turns to it.
    pub(super) fn expect_handshake(&mut self, from: Nanos, now: Nanos) {
        let start = from + self.latency(Stage::Tls);
        let Some(stroke) = self.strike(At::Tls, None, now) else {
            self.state = State::Handshake(Some(start));
            return;
        };
        let late = start + stroke.delay;
        match &stroke.effect {
            Effect::Instead(Instead::Reply(_) | Instead::Garbage | Instead::TlsAlert) => {
                // What the connection takes counts, too.
                let delay = stroke.delay + from.since(now);
                self.state = State::Hello(Box::new(Stroke { delay, ..stroke }));
            }
            Effect::Instead(_) => self.suffer(&stroke, start, now),
            Effect::Show(certificate) => {
                self.certificate = *certificate;
                self.state = State::Handshake(Some(late));
            }
            _ => self.state = State::Handshake(Some(late)),
        }
    }

    /// The client has begun a handshake that is not to be.
    pub(super) fn refuse_handshake(&mut self, now: Nanos) {
        if let State::Hello(stroke) = mem::replace(&mut self.state, State::Command) {
            let due = now + self.latency(Stage::Tls);
            self.suffer(&stroke, due, now);
        }
    }

    /// Asks the rules before the command does what it is for; true when it is
    /// not to.
    pub(super) fn spoils(&mut self, command: &Command<'_>, now: Nanos) -> bool {
        if !self.config.faults().any() && !self.hides_starttls {
            return false;
        }
        match command {
            Command::Ehlo(_) => self.hides_starttls = false,
            Command::StartTls(_) if self.hides_starttls && !self.secure => {
                self.reply(Reply::UnknownCommand, Stage::Other, now);
                return true;
            }
            _ => {}
        }
        let given = match command {
            Command::Mail(Some(path)) | Command::Rcpt(Some(path)) => path::address(path),
            _ => None,
        };
        stage_of(command).is_some_and(|at| self.spoils_at(at, given, now, now))
    }

    /// The same at a stage at which the client gave that address, and whose
    /// latency counts from that moment.
    pub(super) fn spoils_at(
        &mut self,
        at: At,
        given: Option<&str>,
        from: Nanos,
        now: Nanos,
    ) -> bool {
        let Some(stroke) = self.strike(at, given, now) else {
            return false;
        };
        if !stroke.lets_happen() {
            self.suffer(&stroke, from + self.latency(latency_of(at)), now);
            return true;
        }
        self.hides_starttls |= stroke.effect == Effect::NoStartTls;
        self.stroke = Some(Box::new(stroke));
        false
    }

    /// The first bytes of a message are here.
    pub(super) fn open_message(&mut self, now: Nanos) {
        let State::Opening(message) = mem::replace(&mut self.state, State::Command) else {
            unreachable!("only what has not begun can begin");
        };
        match self.strike(At::Body, None, now) {
            None => self.state = State::Body(message),
            Some(stroke) if stroke.lets_pass() => {
                self.state = State::Paused(now + stroke.delay, Box::new(message));
            }
            Some(stroke) => self.suffer(&stroke, now, now),
        }
    }

    /// Goes on with a message that had to wait.
    pub(super) fn end_pause(&mut self, now: Nanos) {
        if matches!(self.state, State::Paused(until, _) if now >= until)
            && let State::Paused(_, message) = mem::replace(&mut self.state, State::Command)
        {
            self.state = State::Body(*message);
        }
    }

    /// The rule that strikes at this stage, if one does. MAIL and RCPT come
    /// with the address that is `given` there.
    pub(super) fn strike(&self, at: At, given: Option<&str>, now: Nanos) -> Option<Stroke> {
        let faults = self.config.faults();
        if !faults.any() {
            return None;
        }
        let envelope = self.transaction.as_ref().and_then(Transaction::envelope);
        let envelope = envelope.filter(|_| at.has_recipient());
        let sender = envelope.map(|envelope| envelope.sender());
        let earlier = envelope.filter(|_| at != At::Rcpt);
        let stroke = faults.strike(Occasion {
            at,
            now,
            session: self.number,
            port: self.port,
            secure: self.secure,
            sender: sender.or(given.filter(|_| at == At::Mail)),
            recipient: given.filter(|_| at == At::Rcpt),
            recipients: earlier.map_or(&[], |envelope| envelope.recipients()),
        })?;
        let rule = stroke.rule;
        self.tell(now, &Event::Faulted { rule, at });
        Some(stroke)
    }

    /// What becomes of the reply that `write` writes and that would be due at
    /// that moment.
    pub(super) fn say_otherwise(
        &mut self,
        stroke: &Stroke,
        due: Nanos,
        now: Nanos,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let due = due + stroke.delay;
        match &stroke.effect {
            Effect::Instead(instead) => self.put(instead, stroke.close, due, now),
            Effect::HalfReply => {
                let mut reply = Vec::new();
                write(&mut reply);
                self.outbox.add(due, now, |out| {
                    out.extend_from_slice(&reply[..reply.len() / 2]);
                });
                let end = if stroke.close {
                    Doom::Close
                } else {
                    Doom::Stall
                };
                self.state = State::Doomed(due, end);
            }
            _ => self.outbox.add(due, now, write),
        }
    }

    /// Something takes the place of a reply that would be due at that moment.
    pub(super) fn suffer(&mut self, stroke: &Stroke, due: Nanos, now: Nanos) {
        self.say_otherwise(stroke, due, now, |_| {});
    }

    /// Says or does `instead` at the moment `due`.
    fn put(&mut self, instead: &Instead, close: bool, due: Nanos, now: Nanos) {
        let words = match instead {
            Instead::Reply(text) => text.as_bytes().to_vec(),
            Instead::Garbage => self.garbage(),
            Instead::TlsAlert => HANDSHAKE_FAILURE.to_vec(),
            Instead::Stall | Instead::Close | Instead::Reset => Vec::new(),
        };
        if !words.is_empty() {
            self.outbox.add(due, now, |out| out.extend(words));
        }
        let doom = match instead {
            Instead::Stall => Doom::Stall,
            Instead::Reset => Doom::Reset,
            Instead::Close => Doom::Close,
            _ if close => Doom::Close,
            _ => return,
        };
        self.state = State::Doomed(due, doom);
    }

    /// A line that is no reply, as no byte of it is a digit, and no TLS record,
    /// as none has a type above 127.
    fn garbage(&mut self) -> Vec<u8> {
        let noise = (2..GARBAGE).map(|_| 0x80 | self.random.next_u32() as u8);
        noise.chain(*b"\r\n").collect()
    }
}

/// The stage that a command is, for rules.
fn stage_of(command: &Command<'_>) -> Option<At> {
    match command {
        Command::Ehlo(_) | Command::Helo(_) => Some(At::Ehlo),
        Command::StartTls(_) => Some(At::StartTls),
        Command::Mail(_) => Some(At::Mail),
        Command::Rcpt(_) => Some(At::Rcpt),
        Command::Data => Some(At::Data),
        Command::Rset => Some(At::Rset),
        Command::Noop => Some(At::Noop),
        Command::Quit => Some(At::Quit),
        // AUTH asks when the credentials are there.
        Command::Auth(_) | Command::Vrfy | Command::Unknown | Command::TooShort => None,
    }
}

/// The stage whose latency it has.
fn latency_of(at: At) -> Stage {
    match at {
        At::Connect => Stage::Connect,
        At::Tls => Stage::Tls,
        At::Banner => Stage::Banner,
        At::Ehlo => Stage::Ehlo,
        At::StartTls => Stage::StartTls,
        At::Auth => Stage::Auth,
        At::Mail => Stage::Mail,
        At::Rcpt => Stage::Rcpt,
        At::Data => Stage::Data,
        At::Dot => Stage::Dot,
        At::Rset => Stage::Rset,
        At::Quit => Stage::Quit,
        At::Body | At::Noop => Stage::Other,
    }
}
