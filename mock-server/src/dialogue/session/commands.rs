//! Carries out commands and replies to them.
//!
//! MAIL and RCPT accept any valid address: like SES, the mock refuses at the dot.

use std::sync::Arc;

use super::Dialogue;
use super::admit::CommandAction;
use crate::dialogue::auth::{Exchange, begins_with_password};
use crate::dialogue::command::Command;
use crate::dialogue::config::STARTTLS;
use crate::dialogue::link::{ClosedBy, Handshaking};
use crate::dialogue::transaction::{Content, Envelope, Message, Wanted};
use crate::protocol::{Event, Instant, Reply, Stage};

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
        let reply = match action {
            CommandAction::Ehlo => return self.ehlo(now),
            CommandAction::Helo => {
                self.transaction.reset();
                Reply::Hello
            }
            CommandAction::StartTls => {
                self.link.expect_handshake(Handshaking::Reply);
                Reply::ReadyForTls
            }
            CommandAction::Auth(arguments) => {
                let progress = Exchange::begin(arguments, &self.context.account);
                return self.authenticate(progress, now);
            }
            CommandAction::Mail(sender) => {
                let envelope = self.envelope(sender);
                self.transaction.begin(envelope);
                Reply::Ok
            }
            CommandAction::Rcpt(recipient) => {
                if let Some(envelope) = self.transaction.envelope_mut() {
                    let interest = self.context.config.interest;
                    envelope.add(recipient, &self.context.account, interest);
                }
                Reply::Ok
            }
            CommandAction::Data => {
                self.receive_message();
                Reply::StartData
            }
            CommandAction::Rset => {
                self.transaction.reset();
                Reply::Ok
            }
            CommandAction::Noop => Reply::Ok,
            CommandAction::Quit => {
                self.close(ClosedBy::Quit);
                Reply::Bye
            }
        };
        self.reply(reply, self.turn(action.stage(), now));
    }

    /// EHLO also ends a transaction (RFC 5321 section 4.1.4).
    fn ehlo(&mut self, now: Instant) {
        self.transaction.reset();
        let config = Arc::clone(&self.context.config);
        let capabilities = if self.link.is_secure() {
            &config.texts.capabilities_secure
        } else {
            &config.texts.capabilities
        };
        let hidden = self.faults.hides_starttls();
        let turn = self.turn(Stage::Ehlo, now);
        self.say(Reply::Capabilities, turn, |out| match hidden {
            false => out.extend_from_slice(capabilities.as_bytes()),
            true => out.extend(capabilities.replace(STARTTLS, "").bytes()),
        });
    }

    /// The envelope of MAIL.
    fn envelope(&self, sender: &str) -> Envelope {
        let config = &self.context.config;
        let mut envelope = Envelope::new(sender, self.auth.user(), &self.context.account);
        if config.capture.is_some() || config.faults().by_envelope() {
            envelope.keep_addresses(sender, config.behaviour.max_recipients);
        }
        envelope
    }

    /// A message follows. Of its header only what is needed is read.
    fn receive_message(&mut self) {
        let (config, account) = (&self.context.config, &self.context.account);
        let user = self.auth.user();
        let policy = user.is_some_and(|user| account.has_policy(user));
        let wanted = Wanted {
            from: policy || account.identities().restrict_senders(),
            message_id: config.interest.message_ids,
            configuration_set: account.knows_configuration_sets(),
        };
        let keep = config.capture.is_some();
        let message = Message::new(wanted, keep.then_some(config.behaviour.max_message_size));
        let content = if config.faults().any() {
            Content::Awaited
        } else {
            Content::Read
        };
        self.transaction.receive(message, content);
    }
}
