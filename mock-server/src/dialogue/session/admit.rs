//! Decides whether a command is allowed at this point and well formed. The result
//! is an action that only has to be carried out.
//!
//! Fault rules apply to these actions, not to commands: a command that SES itself
//! refuses is not an occasion.

use super::Dialogue;
use crate::dialogue::command::{self, Command};
use crate::protocol::{Reply, Stage};

/// A command that is allowed and well formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommandAction<'a> {
    Ehlo,
    Helo,
    StartTls,
    /// With the mechanism and its arguments.
    Auth(&'a [u8]),
    /// With the sender's address.
    Mail(&'a str),
    /// With the recipient's address.
    Rcpt(&'a str),
    Data,
    Rset,
    Noop,
    Quit,
}

impl<'a> CommandAction<'a> {
    /// The stage of its reply, and of fault rules.
    pub(super) fn stage(self) -> Stage {
        match self {
            CommandAction::Ehlo | CommandAction::Helo => Stage::Ehlo,
            CommandAction::StartTls => Stage::StartTls,
            CommandAction::Auth(_) => Stage::Auth,
            CommandAction::Mail(_) => Stage::Mail,
            CommandAction::Rcpt(_) => Stage::Rcpt,
            CommandAction::Data => Stage::Data,
            CommandAction::Rset => Stage::Rset,
            CommandAction::Noop => Stage::Noop,
            CommandAction::Quit => Stage::Quit,
        }
    }

    /// Its address, if it has one.
    pub(super) fn address(self) -> Option<&'a str> {
        match self {
            CommandAction::Mail(address) | CommandAction::Rcpt(address) => Some(address),
            _ => None,
        }
    }
}

/// A refusal, and its stage if the command has one.
type Refusal = (Reply, Option<Stage>);

impl Dialogue {
    pub(super) fn admit<'a>(&self, command: Command<'a>) -> Result<CommandAction<'a>, Refusal> {
        if self.needs_tls() && !command.is_allowed_in_plaintext() {
            return Err((Reply::TlsRequired, None));
        }
        let at = |stage| move |reply| (reply, Some(stage));
        match command {
            Command::Ehlo(b"") => Err((Reply::EhloSyntax, Some(Stage::Ehlo))),
            Command::Helo(b"") => Err((Reply::HeloSyntax, Some(Stage::Ehlo))),
            Command::Ehlo(_) => Ok(CommandAction::Ehlo),
            Command::Helo(_) => Ok(CommandAction::Helo),
            Command::StartTls(_) if self.faults.hides_starttls() && !self.link.is_secure() => {
                Err((Reply::UnknownCommand, None))
            }
            Command::StartTls(parameter) => {
                self.admit_starttls(parameter).map_err(at(Stage::StartTls))
            }
            Command::Auth(_) if self.auth.user().is_some() => {
                Err((Reply::AlreadyAuthenticated, Some(Stage::Auth)))
            }
            Command::Auth(arguments) => Ok(CommandAction::Auth(arguments)),
            Command::Mail(path) => self.admit_mail(path).map_err(at(Stage::Mail)),
            Command::Rcpt(path) => self.admit_rcpt(path).map_err(at(Stage::Rcpt)),
            Command::Data => self.admit_data().map_err(at(Stage::Data)),
            Command::Rset => Ok(CommandAction::Rset),
            Command::Noop => Ok(CommandAction::Noop),
            Command::Quit => Ok(CommandAction::Quit),
            Command::Vrfy => Err((Reply::VrfyDisabled, None)),
            Command::Unknown => Err((Reply::UnknownCommand, None)),
            Command::TooShort => Err((Reply::BadSyntax, None)),
        }
    }

    fn admit_starttls(&self, parameter: &[u8]) -> Result<CommandAction<'static>, Reply> {
        if !parameter.is_empty() {
            return Err(Reply::NoParameters);
        }
        if self.link.is_secure() {
            return Err(Reply::TlsActive);
        }
        Ok(CommandAction::StartTls)
    }

    fn admit_mail<'a>(&self, path: Option<&'a [u8]>) -> Result<CommandAction<'a>, Reply> {
        if self.needs_auth() {
            return Err(Reply::AuthRequired);
        }
        if self.transaction.envelope().is_some() {
            return Err(Reply::SenderSpecified);
        }
        let most = self.context.config.behaviour.messages_per_session;
        if most.is_some_and(|most| self.transaction.messages() >= most) {
            return Err(Reply::TooManyMessages);
        }
        let path = path.ok_or(Reply::MailSyntax)?;
        let sender = command::address(path).ok_or(Reply::InvalidSender)?;
        Ok(CommandAction::Mail(sender))
    }

    fn admit_rcpt<'a>(&self, path: Option<&'a [u8]>) -> Result<CommandAction<'a>, Reply> {
        if self.needs_auth() {
            return Err(Reply::AuthRequired);
        }
        if self.transaction.envelope().is_none() {
            return Err(Reply::NeedMail);
        }
        let path = path.ok_or(Reply::RcptSyntax)?;
        let recipient = command::address(path).ok_or(Reply::InvalidRecipient)?;
        Ok(CommandAction::Rcpt(recipient))
    }

    fn admit_data(&self) -> Result<CommandAction<'static>, Reply> {
        if self.needs_auth() {
            return Err(Reply::AuthRequired);
        }
        match self.transaction.envelope() {
            None => Err(Reply::NeedMail),
            Some(envelope) if envelope.recipients() == 0 => Err(Reply::NeedRcpt),
            Some(_) => Ok(CommandAction::Data),
        }
    }

    /// Whether TLS is required first.
    fn needs_tls(&self) -> bool {
        self.context.config.behaviour.require_tls && !self.link.is_secure()
    }

    /// Whether a login is required first.
    fn needs_auth(&self) -> bool {
        self.context.config.behaviour.require_auth && self.auth.user().is_none()
    }
}
