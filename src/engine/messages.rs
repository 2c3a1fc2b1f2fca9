//! What is sent: envelope and content of each message.

use std::time::{Duration, SystemTime};

use crate::message::MessageTemplates;
use crate::smtp::Outgoing;
use crate::vocabulary::{Instant, Ticket};

/// Writes messages for the dialogue, out of what was made before the run.
#[derive(Debug)]
pub struct Messages {
    from: String,
    template: MessageTemplates,
    /// The run's origin by the wall clock, since the Unix epoch.
    origin: Duration,
}

impl Messages {
    /// Messages from one sender, made of a template, in a run whose clock began
    /// to count at `origin`. By that clock each message has its own date,
    /// however the wall clock is set meanwhile.
    pub fn new(from: String, template: MessageTemplates, origin: SystemTime) -> Self {
        let origin = origin.duration_since(SystemTime::UNIX_EPOCH);
        Self {
            from,
            template,
            origin: origin.unwrap_or_default(),
        }
    }

    /// Writes one; the same for every attempt at it.
    pub fn write(&self, ticket: Ticket, outgoing: &mut Outgoing) {
        outgoing.start(&self.from);
        for recipient in self.template.recipients().of(ticket.index) {
            outgoing.recipient(recipient);
        }
        let date = self.date(ticket);
        let (tail, part) = self.template.write(ticket.index, date, outgoing.head());
        outgoing.tail(tail, part);
    }

    /// When the message was wanted: it is then that its sender had it ready
    /// (RFC 5322 section 3.6.1), and that is the same for every attempt.
    fn date(&self, ticket: Ticket) -> i64 {
        let date = self.origin + ticket.intended.since(Instant::ORIGIN);
        date.as_secs().cast_signed()
    }
}
