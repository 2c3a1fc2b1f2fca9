//! Replies to commands, and whether a command is allowed where it comes.
//!
//! MAIL and RCPT take any address: what SES thinks of it, it says at the dot.

use std::sync::Arc;

use super::{Dialogue, State};
use crate::account::{LoginFailure, UserId};
use crate::dialogue::auth::{self, Progress};
use crate::dialogue::command::Command;
use crate::dialogue::config::STARTTLS;
use crate::dialogue::path;
use crate::dialogue::reply::Reply;
use crate::dialogue::stage::Stage;
use crate::dialogue::transaction::Transaction;
use crate::events::Event;
use crate::nanos::Nanos;
use crate::settings::At;

impl Dialogue {
    pub(super) fn command(&mut self, command: Command<'_>, now: Nanos) {
        if self.spoils(&command, now) {
            return;
        }
        if let Command::Auth(arguments) = command
            && !self.secure
            && auth::begins_with_password(arguments)
        {
            self.tell(now, &Event::PlaintextCredentials);
        }
        let (reply, stage) = match command {
            command if self.needs_tls() && !command.is_allowed_in_plaintext() => {
                (Reply::TlsRequired, Stage::Other)
            }
            Command::Ehlo(name) => return self.ehlo(name, now),
            Command::Helo(name) => (self.helo(name), Stage::Ehlo),
            Command::StartTls(parameter) => (self.starttls(parameter), Stage::StartTls),
            Command::Auth(_) if self.user.is_some() => (Reply::AlreadyAuthenticated, Stage::Auth),
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
        let hidden = self.hides_starttls;
        self.say(Reply::Capabilities, Stage::Ehlo, now, |out| match hidden {
            false => out.extend_from_slice(capabilities.as_bytes()),
            true => out.extend(capabilities.replace(STARTTLS, "").bytes()),
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

    pub(super) fn auth(&mut self, progress: Progress, now: Nanos) {
        match progress {
            // Challenges come at once: only the verdict takes time.
            Progress::Challenge(challenge, exchange) => {
                self.state = State::Auth(exchange);
                self.reply(challenge, Stage::Other, now);
            }
            Progress::Refused(reply) => self.reply(reply, Stage::Auth, now),
            Progress::Asked(_) if self.spoils_at(At::Auth, None, now, now) => {}
            Progress::Asked(verdict) => {
                let reply = self.log_in(verdict, now);
                self.reply(reply, Stage::Auth, now);
            }
        }
    }

    fn log_in(&mut self, verdict: Result<UserId, LoginFailure>, now: Nanos) -> Reply {
        let failure = match verdict {
            Ok(user) => {
                self.user = Some(user);
                let name = self.account.user(user).name();
                self.tell(now, &Event::LoggedIn { user: name });
                return Reply::Authenticated;
            }
            Err(failure) => failure,
        };
        self.tell(now, &Event::LoginFailed(failure));
        match failure {
            LoginFailure::NotSubscribed => Reply::NotSubscribed,
            _ => Reply::BadCredentials,
        }
    }

    /// Before TLS, where TLS has to come first.
    fn needs_tls(&self) -> bool {
        self.config.require_tls && !self.secure
    }

    /// Before AUTH, where AUTH has to come first.
    fn needs_auth(&self) -> bool {
        self.config.require_auth && self.user.is_none()
    }

    fn mail(&mut self, path: Option<&[u8]>) -> Reply {
        if self.needs_auth() {
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
        let mut transaction = Transaction::new(sender, self.user, &self.account);
        if self.config.capture.is_some() || self.config.faults().by_envelope() {
            transaction.keep_addresses(sender, self.config.max_recipients);
        }
        self.transaction = Some(transaction);
        Reply::Ok
    }

    fn rcpt(&mut self, path: Option<&[u8]>) -> Reply {
        if self.needs_auth() {
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
        if self.needs_auth() {
            return Reply::AuthRequired;
        }
        match &self.transaction {
            None => Reply::NeedMail,
            Some(transaction) if transaction.recipients() == 0 => Reply::NeedRcpt,
            Some(_) => {
                let message = self.body();
                self.state = if self.config.faults().any() {
                    State::Opening(message)
                } else {
                    State::Body(message)
                };
                Reply::StartData
            }
        }
    }
}
