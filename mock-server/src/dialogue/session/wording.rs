//! The text of each reply to a message, with its variable parts.

use std::fmt::{Arguments, Display};
use std::sync::Arc;

use super::Dialogue;
use super::reply::put;
use crate::dialogue::transaction::{Envelope, Headers};
use crate::dialogue::turn::Turn;
use crate::protocol::Reply;

impl Dialogue {
    /// Sends the 250 with the id of the message.
    pub(super) fn accept(&mut self, id: impl Display, turn: Turn) {
        self.say_at_dot(Reply::Accepted, turn, format_args!("250 Ok {id}"));
    }

    /// Sends a refusal.
    pub(super) fn refuse(
        &mut self,
        reply: Reply,
        envelope: &Envelope,
        headers: &Headers,
        turn: Turn,
    ) {
        let config = Arc::clone(&self.context.config);
        match reply {
            Reply::NotVerified => {
                let region = &config.texts.region_in_capitals;
                let failed = envelope.failed().join(", ");
                self.say_at_dot(reply, turn, format_args!("554 Message rejected: Email address is not verified. The following identities failed the check in region {region}: {failed}"));
            }
            Reply::TooManyRecipients => {
                let most = config.behaviour.max_recipients;
                let text = "554 Transaction failed: Recipient count exceeds";
                self.say_at_dot(reply, turn, format_args!("{text} {most}."));
            }
            Reply::DuplicateHeader => {
                let field = headers.duplicate().unwrap_or_default();
                let text = "554 Transaction failed: Duplicate header";
                self.say_at_dot(reply, turn, format_args!("{text} '{field}'."));
            }
            Reply::NoConfigurationSet => {
                let set = headers.configuration_set().unwrap_or_default();
                self.say_at_dot(reply, turn, format_args!("554 Configuration Set does not exist: Configuration set <{set}> does not exist."));
            }
            Reply::AccessDenied => self.deny(envelope.denied().unwrap_or_default(), turn),
            _ => self.reply(reply, turn),
        }
    }

    /// The resource is the sending identity: here, the domain of the address.
    fn deny(&mut self, address: &str, turn: Turn) {
        let config = Arc::clone(&self.context.config);
        let account = Arc::clone(&self.context.account);
        let (number, region) = (&config.texts.account_id, &config.texts.region);
        let user = self.auth.user();
        let user = user.map_or("", |user| account.user(user).name());
        let domain = address.rsplit('@').next().unwrap_or_default();
        self.say_at_dot(Reply::AccessDenied, turn, format_args!("554 Access denied: User `arn:aws:iam::{number}:user/{user}' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:{region}:{number}:identity/{domain}'"));
    }

    fn say_at_dot(&mut self, reply: Reply, turn: Turn, text: Arguments<'_>) {
        self.say(reply, turn, |out| {
            put(out, text);
            out.extend_from_slice(b"\r\n");
        });
    }
}
