//! What is sent: envelope and content of each message.

use crate::message::Template;
use crate::smtp::Outgoing;
use crate::vocabulary::Ticket;

/// Writes messages for the dialogue, out of what was made before the run.
#[derive(Debug)]
pub struct Messages {
    from: String,
    template: Template,
}

impl Messages {
    /// Messages from one sender, made of a template.
    pub fn new(from: String, template: Template) -> Self {
        Self { from, template }
    }

    /// Writes one; the same for every attempt at it.
    pub fn write(&self, ticket: Ticket, outgoing: &mut Outgoing) {
        outgoing.start(&self.from);
        for recipient in self.template.recipients().of(ticket.index) {
            outgoing.recipient(recipient);
        }
        let (tail, part) = self.template.write(ticket.index, outgoing.head());
        outgoing.tail(tail, part);
    }
}
