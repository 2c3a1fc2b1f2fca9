//! Reads input: command lines, responses to challenges, and messages.

use std::mem;

use super::reply::put;
use super::{Dialogue, State};
use crate::dialogue::auth;
use crate::dialogue::command;
use crate::dialogue::input::line::{self, Found};
use crate::protocol::{Event, Instant, Reply, Stage};

impl Dialogue {
    /// Reads until a reply must be sent first, and returns how many bytes that
    /// used.
    pub(super) fn read(&mut self, bytes: &[u8], now: Instant) -> usize {
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
                State::Opening(_) => {
                    self.open_message(now);
                    0
                }
                State::Hello(_) => {
                    self.refuse_handshake(now);
                    rest.len()
                }
                State::New
                | State::Handshake(_)
                | State::Paused(..)
                | State::Closing { .. }
                | State::Aborting(..) => break,
            };
        }
        used
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
                self.close(true);
            }
            Found::Bare(position) => {
                self.say(Reply::NotCrLf, self.turn(None, now), |out| {
                    put(out, format_args!("501 Syntax error at character position {position}. CR and LF must be CRLF paired.  See RFC 2821 #2.7.1.\r\n"));
                });
                self.close(true);
            }
        }
        partial.clear();
        self.partial = partial;
        used
    }

    fn line(&mut self, line: &[u8], now: Instant) {
        match mem::replace(&mut self.state, State::Command) {
            State::Auth(exchange) => {
                // Anything sent in plaintext is readable on the network.
                if !self.secure && auth::holds_password(&exchange, line) {
                    self.emit(now, &Event::PlaintextCredentials);
                }
                let progress = auth::proceed(exchange, line, &self.account);
                self.auth(progress, now);
            }
            _ => self.command(command::parse(line), now),
        }
    }
}
