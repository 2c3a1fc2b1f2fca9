//! What is sent: envelope and content of each message.

use std::sync::Arc;

use crate::message::{Recipients, Template};
use crate::smtp::Outgoing;
use crate::vocabulary::Ticket;

/// Writes messages for the dialogue, out of what was made before the run.
#[derive(Debug)]
pub struct Messages {
    from: String,
    recipients: Recipients,
    template: Template,
}

impl Messages {
    /// Messages from one sender, made of a template.
    pub fn new(from: String, recipients: Recipients, template: Template) -> Self {
        Self {
            from,
            recipients,
            template,
        }
    }

    /// What follows the head of each.
    pub fn tail(&self) -> Arc<[u8]> {
        self.template.tail().clone()
    }

    /// Writes one; the same for every attempt at it.
    pub fn write(&self, ticket: Ticket, outgoing: &mut Outgoing) {
        outgoing.start(&self.from);
        for recipient in self.recipients.of(ticket.index) {
            outgoing.recipient(recipient);
        }
        self.template.head(ticket.index, outgoing.head());
    }
}
