//! Reads input: command lines, responses to challenges, and messages.

use std::mem;

use super::Dialogue;
use super::reply::put;
use crate::dialogue::command;
use crate::dialogue::input::line::{self, Found};
use crate::dialogue::link::{ClosedBy, Handshaking, LinkState};
use crate::dialogue::transaction::{Content, Received};
use crate::dialogue::turn::Turn;
use crate::protocol::{Event, Instant, Reply, Stage};

impl Dialogue {
    /// Reads until a reply must be sent first, and returns how many bytes that
    /// used.
    pub(super) fn read(&mut self, bytes: &[u8], now: Instant) -> usize {
        let mut used = 0;
        while used < bytes.len() && self.outbox.is_open() {
            let rest = &bytes[used..];
            let count = match self.link.state() {
                LinkState::Plain | LinkState::Secure => self.read_part(rest, now),
                LinkState::Handshaking(Handshaking::Fault(_)) => {
                    self.refuse_handshake(now);
                    Some(rest.len())
                }
                LinkState::New | LinkState::Handshaking(_) | LinkState::Closed { .. } => None,
            };
            let Some(count) = count else {
                break;
            };
            used += count;
        }
        used
    }

    /// Reads a line, or as much as possible of a message; none if nothing is read
    /// now.
    fn read_part(&mut self, bytes: &[u8], now: Instant) -> Option<usize> {
        match self.transaction.read(bytes) {
            Received::NoMessage => Some(self.read_line(bytes, now)),
            Received::First => {
                self.open_message(now);
                Some(0)
            }
            Received::Paused => None,
            Received::Part(count) => Some(count),
            Received::Whole(count) => {
                self.dot(now);
                Some(count)
            }
        }
    }

    fn read_line(&mut self, bytes: &[u8], now: Instant) -> usize {
        let mut partial = mem::take(&mut self.input.partial);
        let (used, found) = line::take(&mut partial, bytes);
        match found {
            Found::Part => {
                self.input.partial = partial;
                return used;
            }
            Found::Line(line) => self.line(line, now),
            Found::TooLong => {
                self.reply(Reply::LineTooLong, self.turn(None, now));
                self.close(ClosedBy::LastReply);
            }
            Found::Bare(position) => {
                self.say(Reply::NotCrLf, self.turn(None, now), |out| {
                    put(out, format_args!("501 Syntax error at character position {position}. CR and LF must be CRLF paired.  See RFC 2821 #2.7.1.\r\n"));
                });
                self.close(ClosedBy::LastReply);
            }
        }
        partial.clear();
        self.input.partial = partial;
        used
    }

    fn line(&mut self, line: &[u8], now: Instant) {
        let Some(exchange) = self.auth.take_exchange() else {
            return self.command(command::parse(line), now);
        };
        // Anything sent in plaintext is readable on the network.
        if !self.link.is_secure() && exchange.holds_password(line) {
            self.emit(now, &Event::PlaintextCredentials);
        }
        let progress = exchange.proceed(line, &self.context.account);
        self.authenticate(progress, now);
    }

    /// The first bytes of a message have arrived, to which a fault may apply.
    fn open_message(&mut self, now: Instant) {
        match self.match_fault(Stage::Body, None, now) {
            None => self.transaction.set_content(Content::Read),
            Some(fault) if fault.lets_pass() => {
                let until = now + fault.delay;
                self.transaction.set_content(Content::Paused(until));
            }
            Some(fault) => {
                self.transaction.drop_message();
                // What is replaced is the reply to the dot, which will not come.
                self.apply_fault(&fault, Turn::at_once(Stage::Dot, now));
            }
        }
    }
}
