//! Carries out commands and replies to them.
//!
//! MAIL and RCPT accept any valid address: like SES, the mock refuses at the dot.

use std::sync::Arc;

use super::admit::CommandAction;
use super::{Dialogue, State};
use crate::account::UserId;
use crate::dialogue::auth::{Exchange, Progress, begins_with_password};
use crate::dialogue::command::Command;
use crate::dialogue::config::STARTTLS;
use crate::dialogue::link::{ClosedBy, Handshaking};
use crate::dialogue::transaction::Transaction;
use crate::protocol::{Event, Instant, LoginFailure, Reply, Stage};

impl Dialogue {
    pub(super) fn command(&mut self, command: Command<'_>, now: Instant) {
        if let Command::Auth(arguments) = command
            && !self.link.is_secure()
            && begins_with_password(arguments)
        {
            self.emit(now, &Event::PlaintextCredentials);
        }
        match self.admit(command) {
            Err((refusal, stage)) => {
                if refusal == Reply::TooManyMessages {
                    self.close(ClosedBy::LastReply);
                }
                self.reply(refusal, self.turn(stage, now));
            }
            Ok(action) if self.spoils(action, now) => {}
            Ok(action) => self.fulfil(action, now),
        }
    }

    fn fulfil(&mut self, action: CommandAction<'_>, now: Instant) {
        let (reply, stage) = match action {
            CommandAction::Ehlo => return self.ehlo(now),
            CommandAction::Helo => {
                self.transaction = None;
                (Reply::Hello, Stage::Ehlo)
            }
            CommandAction::StartTls => {
                self.link.expect_handshake(Handshaking::Reply);
                (Reply::ReadyForTls, Stage::StartTls)
            }
            CommandAction::Auth(arguments) => {
                let progress = Exchange::begin(arguments, &self.account);
                return self.authenticate(progress, now);
            }
            CommandAction::Mail(sender) => {
                self.begin(sender);
                (Reply::Ok, Stage::Mail)
            }
            CommandAction::Rcpt(recipient) => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.add(recipient, &self.account, self.config.interest);
                }
                (Reply::Ok, Stage::Rcpt)
            }
            CommandAction::Data => {
                self.expect_message();
                (Reply::StartData, Stage::Data)
            }
            CommandAction::Rset => {
                self.transaction = None;
                (Reply::Ok, Stage::Rset)
            }
            CommandAction::Noop => (Reply::Ok, Stage::Noop),
            CommandAction::Quit => {
                self.close(ClosedBy::Quit);
                (Reply::Bye, Stage::Quit)
            }
        };
        self.reply(reply, self.turn(stage, now));
    }

    /// EHLO also ends a transaction (RFC 5321 section 4.1.4).
    fn ehlo(&mut self, now: Instant) {
        self.transaction = None;
        let config = Arc::clone(&self.config);
        let capabilities = if self.link.is_secure() {
            &config.capabilities_secure
        } else {
            &config.capabilities
        };
        let hidden = self.faults.hides_starttls();
        let turn = self.turn(Stage::Ehlo, now);
        self.say(Reply::Capabilities, turn, |out| match hidden {
            false => out.extend_from_slice(capabilities.as_bytes()),
            true => out.extend(capabilities.replace(STARTTLS, "").bytes()),
        });
    }

    pub(super) fn authenticate(&mut self, progress: Progress, now: Instant) {
        match progress {
            // Challenges are sent immediately: only the final reply is delayed.
            Progress::Challenge(challenge, exchange) => {
                self.auth.expect_response(exchange);
                self.reply(challenge, self.turn(None, now));
            }
            Progress::Refused(reply) => self.reply(reply, self.turn(Stage::Auth, now)),
            Progress::Attempt(_) if self.spoils_at(Stage::Auth, None, now, now) => {}
            Progress::Attempt(result) => {
                let reply = self.log_in(result, now);
                self.reply(reply, self.turn(Stage::Auth, now));
            }
        }
    }

    fn log_in(&mut self, result: Result<UserId, LoginFailure>, now: Instant) -> Reply {
        let failure = match result {
            Ok(user) => {
                self.auth.log_in(user);
                let name = self.account.user(user).name();
                self.emit(now, &Event::LoggedIn { user: name });
                return Reply::Authenticated;
            }
            Err(failure) => failure,
        };
        self.emit(now, &Event::LoginFailed(failure));
        match failure {
            LoginFailure::NotSubscribed => Reply::NotSubscribed,
            _ => Reply::BadCredentials,
        }
    }

    fn begin(&mut self, sender: &str) {
        let mut transaction = Transaction::new(sender, self.auth.user(), &self.account);
        if self.config.capture.is_some() || self.config.faults().by_envelope() {
            transaction.keep_addresses(sender, self.config.max_recipients);
        }
        self.transaction = Some(transaction);
    }

    fn expect_message(&mut self) {
        let message = self.body();
        self.state = if self.config.faults().any() {
            State::Opening(message)
        } else {
            State::Body(message)
        };
    }
}
