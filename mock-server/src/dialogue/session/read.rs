//! Reads input: command lines, responses to challenges, and messages.

use std::mem;

use super::reply::put;
use super::{Dialogue, State};
use crate::dialogue::command;
use crate::dialogue::input::line::{self, Found};
use crate::dialogue::link::{ClosedBy, Handshaking, LinkState};
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
        match &mut self.state {
            State::Body(message) => {
                let (count, ended) = message.read(bytes);
                if ended {
                    self.dot(now);
                }
                Some(count)
            }
            State::Command => Some(self.read_line(bytes, now)),
            State::Opening(_) => {
                self.open_message(now);
                Some(0)
            }
            State::Paused(..) => None,
        }
    }

    fn read_line(&mut self, bytes: &[u8], now: Instant) -> usize {
        let mut partial = mem::take(&mut self.partial);
        let (used, found) = line::take(&mut partial, bytes);
        match found {
            Found::Part => {
                self.partial = partial;
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
        self.partial = partial;
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
        let progress = exchange.proceed(line, &self.account);
        self.authenticate(progress, now);
    }
}
